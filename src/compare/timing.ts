import type { Delta } from "../core/comparison.ts";
import type { Metric } from "../core/metric.ts";
import type { PairedValues } from "./pair-table.ts";

/** The one metric that is a time. */
export const timed = "ms";

/**
 * Why a time comes without an interval: two runs of one model differ "significantly" in any test that takes their replies for independent.
 */
export const sharedTiming = "replies of one run share load, warm-up and how many were asked at once: medians alone";

/** The difference of two medians, over the pairs that both sides timed, and no claim about it. */
export function timingDelta(facts: Pick<Delta, "metric" | "unit" | "better">, values: PairedValues): Delta {
  const places = [...values.baseline.keys()].filter(
    (at) => !Number.isNaN(values.baseline[at]) && !Number.isNaN(values.candidate[at]),
  );
  const n = places.length;
  const side = (of: Float64Array): Metric => ({
    ...{ name: facts.metric, unit: facts.unit, better: facts.better, value: median(places.map((at) => of[at] as number)) },
    ...{ se: null, interval: null, n, groups: null, errors: 0, unscored: 0, reason: sharedTiming },
  });
  const [baseline, candidate] = [side(values.baseline), side(values.candidate)];
  const value = baseline.value === null || candidate.value === null ? null : candidate.value - baseline.value;
  return {
    ...{ ...facts, baseline, candidate, value, n, se: null, interval: null, groups: null, p: null, p_adjusted: null },
    ...{ test: "none", mde: null, approximate: false },
    reason: value === null ? "no pair was timed on both sides" : sharedTiming,
  };
}

/** Times waver from run to run: less than a fifth is not worth a line. */
export function isOtherPace({ value, baseline }: Delta): boolean {
  return value !== null && value !== 0 && Math.abs(value) >= 0.2 * Math.abs(baseline.value ?? 0);
}

/** Of what is a number; of an even count the mean of the two in the middle; null of nothing. */
export function median(values: ArrayLike<number>): number | null {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0) return null;
  const [low, high] = [sorted[(sorted.length - 1) >> 1] as number, sorted[sorted.length >> 1] as number];
  return (low + high) / 2;
}
