import type { Interval } from "../../core/metric.ts";
import type { PairedDifference } from "../../stats/paired-difference.ts";
import { estimate } from "../estimate.ts";
import { meanInterval } from "./mean-over-evals.ts";
import type { SharedSamples } from "./shared-samples.ts";
import { wonLost } from "./won-lost.ts";

/** A share of samples won. */
export interface Won {
  readonly value: number;
  readonly interval: Interval | null;
}

/**
 * For each model of one eval, the share of its samples that it won, ties as half, on average over its opponents; null: there are none.
 * Against one opponent the interval is that of their duel, so that it leaves out a half where the duel's p is below .05.
 */
export function wonOn(shared: SharedSamples, better: "higher" | "lower"): (Won | null)[] {
  const { size, scores, groups } = shared;
  if (scores.length === 2) return [wonOf(wonLost(shared, better, 0, 1)), wonOf(wonLost(shared, better, 1, 0))];
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

function wonOf(duel: PairedDifference | null): Won | null {
  if (duel === null) return null;
  const found = duel.interval();
  const half = (difference: number) => 0.5 + difference / 2;
  const interval = found && {
    low: half(found.low),
    high: half(found.high),
    level: 0.95,
    sides: 2 as const,
    method: found.method,
  };
  return { value: half(duel.value), interval };
}

/** The mean over evals, each counting the same, with an interval put together from theirs. */
export function meanOfWon(evals: readonly Won[]): Won | null {
  if (evals.length === 0) return null;
  const [only] = evals;
  if (only !== undefined && evals.length === 1) return only;
  const value = evals.reduce((sum, one) => sum + one.value, 0) / evals.length;
  const found = meanInterval(evals.map((one) => ({ value: one.value, interval: () => one.interval })));
  if (found === null) return { value, interval: null };
  const [low, high] = [Math.max(0, found.low), Math.min(1, found.high)];
  return { value, interval: { low, high, level: 0.95, sides: 2, method: "recovered" } };
}
