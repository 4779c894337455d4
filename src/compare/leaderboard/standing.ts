import type { Interval } from "../../core/metric.ts";
import { estimate } from "../estimate.ts";
import type { SharedSamples } from "./shared-samples.ts";

/** A share of samples won. */
export interface Won {
  readonly value: number;
  readonly interval: Interval | null;
}

/** For each model of one eval, the share of its samples that it won, ties as half, on average over its opponents; null: there are none. */
export function wonOn({ size, scores, groups }: SharedSamples, better: "higher" | "lower"): (Won | null)[] {
  const turn = better === "lower" ? -1 : 1;
  return scores.map((own, at) => {
    const shares: number[] = [];
    const kept: number[] = [];
    for (let sample = 0; sample < size; sample++) {
      let [won, met] = [0, 0];
      for (const [other, theirs] of scores.entries()) {
        const by = turn * ((own[sample] as number) - (theirs[sample] as number));
        if (other === at || Number.isNaN(by)) continue;
        won += by > 0 ? 1 : by < 0 ? 0 : 0.5;
        met++;
      }
      if (met === 0) continue;
      shares.push(won / met);
      kept.push(groups?.[sample] ?? 0);
    }
    const found = estimate({
      values: Float64Array.from(shares),
      groups: groups && Uint32Array.from(kept),
      unitRange: true,
    });
    return found.value === null ? null : { value: found.value, interval: found.interval };
  });
}

/**
 * The mean over evals, each counting the same, with an interval put together from theirs.
 *
 * @see Zou & Donner 2008: the variance is recovered from each interval's own limits, so that a skewed one stays skewed and none has zero
 * width
 */
export function meanOfWon(evals: readonly Won[]): Won | null {
  if (evals.length === 0) return null;
  const value = evals.reduce((sum, one) => sum + one.value, 0) / evals.length;
  let [below, above] = [0, 0];
  for (const { value: share, interval } of evals) {
    if (interval === null) return { value, interval: null };
    below += (share - interval.low) ** 2;
    above += (interval.high - share) ** 2;
  }
  const [only] = evals;
  if (only !== undefined && evals.length === 1) return only;
  const low = Math.max(0, value - Math.sqrt(below) / evals.length);
  const high = Math.min(1, value + Math.sqrt(above) / evals.length);
  return { value, interval: { low, high, level: 0.95, sides: 2, method: "recovered" } };
}
