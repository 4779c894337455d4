import type { Delta } from "../core/comparison.ts";
import type { Metric } from "../core/metric.ts";
import { clip } from "../stats/bounds.ts";
import { normalQuantile } from "../stats/normal.ts";
import { pairedDifference } from "../stats/paired-difference.ts";
import { mdeOfPairs } from "../stats/power-of-pairs.ts";
import { estimate } from "./estimate.ts";
import type { PairedValues } from "./pair-table.ts";
import type { Column } from "./side.ts";
import { timingDelta } from "./timing.ts";

export type DeltaFacts = Pick<Column, "name" | "unit" | "better">;

/** Half the width of a 95 % interval times this is the smallest true difference that is seen with 80 % power. */
const seenShare = (normalQuantile(0.975) + normalQuantile(0.8)) / normalQuantile(0.975);

/**
 * Candidate minus baseline over the pairs that both sides scored; of a time the medians, without a claim.
 *
 * @param groups of each pair; 0 = none
 * @param at places of the pairs to look at; absent = all
 */
export function deltaOf(facts: DeltaFacts, values: PairedValues, groups: Uint32Array | undefined, at?: ArrayLike<number>): Delta {
  if (facts.unit === "ms") return timingDelta({ metric: facts.name, unit: facts.unit, better: facts.better }, values);
  const both = bothScored(values, groups, at);
  const n = both.baseline.length;
  const found = pairedDifference({ ...both, unitRange: values.unitRange });
  const sides = { baseline: side(facts, both.baseline, both, values), candidate: side(facts, both.candidate, both, values) };
  const named = { metric: facts.name, unit: facts.unit, better: facts.better, ...sides, n, p_adjusted: null };
  if (found === null) {
    const none = { value: null, se: null, interval: null, groups: null, p: null, test: "none", mde: null, approximate: false };
    return { ...named, ...none, reason: "no pair is scored on both sides" };
  }
  if (found.test === "paired-alike" && !values.unitRange && found.value === 0) {
    const same = { value: 0, se: null, interval: null, groups: found.groups, p: null, mde: null, approximate: false };
    return { ...named, ...same, test: "none", reason: "the same in every pair" };
  }
  const whole = found.interval(0.95);
  // No share changes by more than all of it.
  const interval = whole && values.unitRange ? { ...whole, ...clip(whole, -1, 1) } : whole;
  const numbers = [found.value, found.p, interval?.low ?? 0, interval?.high ?? 0];
  if (!numbers.every(Number.isFinite)) {
    const none = {
      value: null,
      se: null,
      interval: null,
      groups: found.groups,
      p: null,
      test: "none",
      mde: null,
      approximate: false,
    };
    return { ...named, ...none, reason: "the scores are too large to reckon with" };
  }
  return {
    ...named,
    value: found.value,
    se: found.se,
    interval: interval && { ...interval, level: 0.95, sides: 2 },
    groups: found.groups,
    p: found.p,
    test: found.test,
    mde:
      interval === null ? null : detectable((((whole?.high ?? 0) - (whole?.low ?? 0)) / 2) * seenShare, both, found.test, values),
    approximate: found.approximate,
    ...(found.reason !== undefined && { reason: found.reason }),
  };
}

/**
 * The smallest true difference that is seen with 80 % power: by the interval at hand, and of verdicts at least what McNemar's test would
 * need, since a larger difference has more flips than were seen. Null for one that the metric has no room for.
 */
function detectable(
  byInterval: number,
  { baseline, candidate }: { baseline: Float64Array; candidate: Float64Array },
  test: string,
  { unitRange }: PairedValues,
): number | null {
  let mde: number | null = byInterval;
  if (test === "paired-exact" || test === "paired-tango") {
    let flips = 0;
    for (let at = 0; at < baseline.length; at++) if (baseline[at] !== candidate[at]) flips++;
    const needed = mdeOfPairs({ n: baseline.length, discordance: flips / baseline.length });
    mde = needed === null ? null : Math.max(mde, needed);
  }
  return mde !== null && unitRange && mde > 1 ? null : mde;
}

/** The one-sided 95 % bound of the difference on the side that is worse; null where there is none. */
export function worstBound(
  delta: Delta,
  values: PairedValues,
  groups: Uint32Array | undefined,
  at?: ArrayLike<number>,
): number | null {
  const found = pairedDifference({ ...bothScored(values, groups, at), unitRange: values.unitRange });
  // The 90 % interval ends where the one-sided 95 % bounds are.
  const interval = found?.interval(0.9) ?? null;
  if (interval === null) return null;
  return delta.better === "lower" ? interval.high : interval.low;
}

/** The pairs without a hole. */
export function bothScored(
  { baseline, candidate }: PairedValues,
  groups: Uint32Array | undefined,
  at?: ArrayLike<number>,
): { baseline: Float64Array; candidate: Float64Array; groups?: Uint32Array } {
  const most = at?.length ?? baseline.length;
  const [left, right] = [new Float64Array(most), new Float64Array(most)];
  const kept = groups && new Uint32Array(most);
  let n = 0;
  for (let i = 0; i < most; i++) {
    const pair = at === undefined ? i : (at[i] as number);
    const [before, now] = [baseline[pair] as number, candidate[pair] as number];
    if (Number.isNaN(before) || Number.isNaN(now)) continue;
    left[n] = before;
    right[n] = now;
    if (kept && groups) kept[n] = groups[pair] as number;
    n++;
  }
  return { baseline: left.subarray(0, n), candidate: right.subarray(0, n), ...(kept && { groups: kept.subarray(0, n) }) };
}

/** One side's mean over the pairs that count, in the shape of a run's metric. */
function side(facts: DeltaFacts, scored: Float64Array, { groups }: { groups?: Uint32Array }, values: PairedValues): Metric {
  return {
    name: facts.name,
    ...estimate({ values: scored, groups, unitRange: values.unitRange }),
    n: scored.length,
    errors: 0,
    unscored: 0,
    better: facts.better,
    unit: facts.unit,
  };
}
