import { normalQuantile } from "../../stats/normal.ts";
import { normalCdf } from "../../stats/normal-cdf.ts";

const decidingZ = normalQuantile(0.975);

/** No p below 1e-9 is told apart from 0. */
const mostZ = 6.1;

const closeZ = 2e-3;
const mostSteps = 16;

/** What is known of one eval: a value, and limits that hold it at any level. */
export interface OnEval {
  readonly value: number;
  interval(level: number): { readonly low: number; readonly high: number } | null;
}

/**
 * Interval of the mean over evals, each counting the same, put together from theirs; null where one of them has none.
 *
 * @see Zou & Donner 2008: the variance is recovered from each interval's own limits, so that a skewed one stays skewed and none has zero
 * width
 */
export function meanInterval(evals: readonly OnEval[], level = 0.95): { readonly low: number; readonly high: number } | null {
  const value = meanOf(evals);
  let [below, above] = [0, 0];
  for (const one of evals) {
    const interval = one.interval(level);
    if (interval === null) return null;
    below += (one.value - interval.low) ** 2;
    above += (interval.high - one.value) ** 2;
  }
  return { low: value - Math.sqrt(below) / evals.length, high: value + Math.sqrt(above) / evals.length };
}

/**
 * Two-sided p of "the mean over evals is 0": the level at which its interval just reaches 0, to about three digits, so that both say the
 * same. Null where an eval has no interval.
 */
export function meanP(evals: readonly OnEval[]): number | null {
  const value = meanOf(evals);
  if (meanInterval(evals) === null) return null;
  if (value === 0) return 1;
  /** How far the nearer limit stays away from 0. */
  const away = (z: number) => {
    const interval = meanInterval(evals, 1 - pOf(z));
    return interval === null ? 0 : value > 0 ? interval.low : -interval.high;
  };
  // Limits go about as z does. The first z is that of the level which decides, so that p lies on the same side of it as the interval.
  let [out, within] = [
    { z: 0, away: Math.abs(value) },
    { z: mostZ, away: Number.NaN },
  ];
  for (let step = 0, z = decidingZ; step < mostSteps && within.z - out.z > closeZ; step++) {
    const next = { z, away: away(z) };
    if (next.away > 0) out = next;
    else within = next;
    const slope = out.z === 0 ? (out.away - next.away) / z : (Math.abs(value) - out.away) / out.z;
    const guess = Number.isNaN(within.away) ? Math.abs(value) / slope : between(out, within);
    const reach = (within.z - out.z) / 20;
    // Kept off both ends, so that the bracket closes from both sides.
    z = Math.min(Math.max(guess, out.z + reach), within.z - reach);
    if (Number.isNaN(z)) z = (out.z + within.z) / 2;
  }
  return pOf((out.z + within.z) / 2);
}

interface Limit {
  readonly z: number;
  readonly away: number;
}

function between(out: Limit, within: Limit): number {
  return out.z + ((within.z - out.z) * out.away) / (out.away - within.away);
}

function pOf(z: number): number {
  return 2 * normalCdf(-z);
}

function meanOf(evals: readonly OnEval[]): number {
  return evals.reduce((sum, { value }) => sum + value, 0) / evals.length;
}
