import type { Flip } from "../core/comparison.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Change, RowPair } from "../page/index.ts";
import { outcomeOf } from "./outcome.ts";
import type { ReportComparison } from "./report.ts";

/** A comparison with its place among those of the report. */
export interface Compared {
  readonly one: ReportComparison;
  readonly of: number;
}

interface PairFacts {
  readonly pairs: readonly RowPair[];
  /** Where the sample stands among the flips of the first comparison that tells; later than all of them where none does. */
  readonly place: number;
}

export interface PairFinder {
  /** @param run the run's place in the report; `sample` names the question, the same in every run */
  observe(run: number, sample: string, line: SampleLine): void;
  read(sample: string): PairFacts | undefined;
}

interface Fared {
  passed: number;
  of: number;
  ideal: string;
}

interface Sample {
  readonly runs: Map<number, Fared>;
  readonly flips: Map<number, { readonly flip: Flip; readonly place: number }>;
}

/** Later than every flip that a comparison names. */
export const noPlace = Number.MAX_SAFE_INTEGER;

/** Tells of each sample how it fared in the comparisons of its eval, by the same rule of majority as they. */
export function pairFinder(compared: readonly Compared[]): PairFinder {
  const samples = new Map<string, Sample>();
  const runs = new Set(compared.flatMap(({ one }) => [one.baseline, one.candidate]));
  // A comparison names a flip by its place in the candidate's order of asking.
  const named = compared.map(({ one, of }) => ({
    of,
    run: one.candidate,
    bySeq: new Map(one.comparison.flips.map((flip, place) => [flip.seq, { flip, place }])),
  }));
  return {
    observe(run, key, line) {
      if (!runs.has(run)) return;
      let sample = samples.get(key);
      if (sample === undefined) {
        sample = { runs: new Map(), flips: new Map() };
        samples.set(key, sample);
      }
      const fared = sample.runs.get(run) ?? { passed: 0, of: 0, ideal: line.hashes.ideal };
      const outcome = outcomeOf(line);
      if (outcome === "passed") fared.passed++;
      if (outcome === "passed" || outcome === "failed") fared.of++;
      sample.runs.set(run, fared);
      for (const { of, run: candidate, bySeq } of named) {
        const flip = candidate === run ? bySeq.get(line.seq) : undefined;
        if (flip !== undefined) sample.flips.set(of, flip);
      }
    },
    read(key) {
      const sample = samples.get(key);
      if (sample === undefined) return undefined;
      const pairs = compared.flatMap((one) => pairOf(sample, one) ?? []);
      const places = [...sample.flips.values()].map(({ place }) => place);
      return { pairs, place: Math.min(noPlace, ...places) };
    },
  };
}

function pairOf({ runs, flips }: Sample, { one, of }: Compared): RowPair | undefined {
  const [before, now] = [runs.get(one.baseline), runs.get(one.candidate)];
  if (before === undefined || now === undefined) return undefined;
  // Other right answers: only a comparison that scored both sides again can say anything.
  if (before.ideal !== now.ideal && one.comparison.pairing.rescored === 0) return undefined;
  const [was, is] = [majority(before), majority(now)];
  if (was === undefined || is === undefined) return undefined;
  const change: Change = was ? (is ? "both" : "only_baseline") : is ? "only_candidate" : "neither";
  const flip = was === is ? undefined : flips.get(of)?.flip;
  return {
    of,
    change,
    ...(flip?.confidence != null && { confidence: Number(flip.confidence.toFixed(3)) }),
    ...(flip?.stable != null && { stable: flip.stable }),
  };
}

function majority({ passed, of }: Fared): boolean | undefined {
  return of === 0 || 2 * passed === of ? undefined : 2 * passed > of;
}
