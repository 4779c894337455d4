import { howMany } from "../../core/figures.ts";
import { varianceComponents } from "../../stats/attempts.ts";
import { meanOf } from "../../stats/mean.ts";
import { pairedDifference } from "../../stats/paired-difference.ts";
import { decidingScore } from "../deciding-score.ts";
import { bothScored } from "../delta.ts";
import { pairSamples } from "../pair-samples.ts";
import { pairTable } from "../pair-table.ts";
import type { Side } from "../side.ts";
import type { Spread } from "./plan.ts";

/** Flips that are assumed where nothing was seen, and for comparison where something was. */
export const assumedFlips = [0.05, 0.1] as const;

export function assumedSpread(flips: number): Spread {
  return { from: "assumed", assumed: true, difference: null, flips, between: flips, within: null, groups: null };
}

/** Two models whose scores on the same samples correlate by one half, as assumed where only one of them was seen. */
export function halfCorrelated(side: Side): Spread | null {
  const scores = side.columns.get(side.primary)?.values.filter((value) => !Number.isNaN(value)) ?? [];
  if (scores.length < 2) return null;
  const { se, n } = meanOf(scores);
  const variance = (se ?? 0) ** 2 * n;
  if (variance === 0) return null;
  const from = `assumed: scores of both models correlate by 0.5, and vary as those of ${side.facts.name}`;
  return { from, assumed: true, difference: null, flips: null, between: variance, within: null, groups: null };
}

/** How two runs differ, sample by sample; null where fewer than two pairs are scored, or where scores without a range never differ. */
export async function pairSpread(baseline: Side, candidate: Side): Promise<Spread | null> {
  const pairs = pairSamples(baseline, candidate);
  const table = pairTable(baseline, candidate, pairs, new Set(pairs.changedIdeals));
  const values = table.values(candidate.primary);
  if (values === undefined) return null;
  const both = bothScored(values, table.groups?.ids);
  const n = both.candidate.length;
  if (n < 2) return null;
  const differences = both.candidate.map((score, at) => score - (both.baseline[at] as number));
  const { mean, se: naive } = meanOf(differences);
  // No flip among n says that at most so many flip, with 95 % confidence.
  const fewest = values.unitRange ? 1 - 0.05 ** (1 / n) : 0;
  const variance = Math.max((naive ?? 0) ** 2 * n, fewest);
  if (variance === 0) return null;
  const found = pairedDifference({ ...both, unitRange: values.unitRange });
  const grouped = found?.groups != null && found.groups < n && found.se !== null && naive !== null && naive > 0;
  const isSingle = baseline.attempts === 1 && candidate.attempts === 1;
  const flips = differences.reduce((sum, difference) => sum + (difference === 0 ? 0 : 1), 0) / n;
  const within = await withinOf(baseline, candidate);
  return {
    from: `${candidate.facts.name} against ${baseline.facts.name}, ${howMany(n, "pair")}`,
    assumed: false,
    difference: mean,
    flips: isSingle && isVerdicts(both.candidate) && isVerdicts(both.baseline) ? Math.max(flips, fewest) : null,
    between:
      within === null
        ? variance
        : Math.max(0, variance - within.baseline / baseline.attempts - within.candidate / candidate.attempts),
    within,
    groups: grouped ? { designEffect: Math.max(1, ((found.se ?? 0) / naive) ** 2), perSample: (found.groups ?? n) / n } : null,
  };
}

/** How a model differs from itself, by the attempts of one run; null with one attempt each. */
export async function attemptSpread(side: Side): Promise<Spread | null> {
  const within = await withinSamples(side);
  if (within === null || within === 0) return null;
  const from = `${side.facts.name} against itself, by its ${side.attempts} attempts`;
  return {
    from,
    assumed: false,
    difference: null,
    flips: null,
    between: 0,
    within: { baseline: within, candidate: within },
    groups: null,
  };
}

/** Of a side with one attempt, as of the other side: two models of one kind waver alike. */
async function withinOf(baseline: Side, candidate: Side): Promise<Spread["within"]> {
  const [before, now] = [await withinSamples(baseline), await withinSamples(candidate)];
  const [one, other] = [before ?? now, now ?? before];
  return one === null || other === null ? null : { baseline: one, candidate: other };
}

/** sigma²: the variance of scores between attempts at one sample. */
async function withinSamples(side: Side): Promise<number | null> {
  if (side.attempts < 2) return null;
  const scores = new Map<number, number[]>();
  for await (const line of side.source.samples()) {
    const value = decidingScore(line.scores)?.value ?? null;
    if (value === null) continue;
    const of = scores.get(line.index);
    if (of === undefined) scores.set(line.index, [value]);
    else of.push(value);
  }
  return scores.size < 2 ? null : (varianceComponents([...scores.values()])?.within ?? null);
}

function isVerdicts(values: Float64Array): boolean {
  return values.every((value) => value === 0 || value === 1);
}
