import { holm } from "../../stats/adjust.ts";
import { pairedDifference } from "../../stats/paired-difference.ts";
import { bothScored } from "../delta.ts";
import type { SharedSamples } from "./shared-samples.ts";

/** A comparison of two models; they are places in whatever list was compared. */
export interface Meeting {
  readonly first: number;
  readonly second: number;
  readonly n: number;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  readonly difference: number;
  readonly p: number | null;
}

/** Every two of the models on one eval, by the test that `diff` uses. */
export function meetingsOn({ scores, groups, unitRange }: SharedSamples, better: "higher" | "lower"): Meeting[] {
  const turn = better === "lower" ? -1 : 1;
  return everyTwo(scores.length).map(([first, second]) => {
    const values = { candidate: scores[first] as Float64Array, baseline: scores[second] as Float64Array, unitRange };
    const both = bothScored(values, groups);
    const found = pairedDifference({ ...both, unitRange });
    let [wins, losses] = [0, 0];
    for (let i = 0; i < both.candidate.length; i++) {
      const by = turn * ((both.candidate[i] as number) - (both.baseline[i] as number));
      if (by > 0) wins++;
      else if (by < 0) losses++;
    }
    const n = both.candidate.length;
    const difference = found === null || found.value === 0 ? 0 : turn * found.value;
    const p = found === null || (found.test === "none" && found.value !== 0) ? null : found.p;
    return { first, second, n, wins, ties: n - wins - losses, losses, difference, p };
  });
}

/** The same with p corrected over all of them (Holm). */
export function withHolm<Tested extends { readonly p: number | null }>(
  meetings: readonly Tested[],
): (Tested & { p_adjusted: number | null })[] {
  const tested = meetings.flatMap(({ p }, at) => (p === null ? [] : [{ at, p }]));
  const adjusted = new Map(holm(tested.map(({ p }) => p)).map((p, index) => [tested[index]?.at, p]));
  return meetings.map((meeting, at) => ({ ...meeting, p_adjusted: adjusted.get(at) ?? null }));
}

export function everyTwo(count: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let first = 0; first < count; first++) for (let second = first + 1; second < count; second++) pairs.push([first, second]);
  return pairs;
}
