import { lastBelow } from "./last-below.ts";
import { normalCdf } from "./normal-cdf.ts";
import type { OneSided } from "./one-sided.ts";

/** Independent units: groups of samples, or samples that are each a group. */
export interface Units {
  /** Sum of the differences in each unit. */
  readonly sums: Float64Array;
  /** Number of samples in each unit. */
  readonly sizes: Float64Array;
  /** Units of one sample without a difference, left out of the two lists. */
  readonly still: number;
}

/**
 * Tests of "the mean difference is at most a bound" that reckon with one unit more, unseen, and unfavourable.
 *
 * Units get random weights, as in the Bayesian bootstrap, and so does the unseen one; p is the chance that the weighted mean is at most
 * the bound. With an unseen unit at the end of the range this is Gaffke's bound: for 0/1 values it is Clopper and Pearson's, and for
 * n values without a difference the rule of three. Where a standard error is blind, because few units changed or none, this is not.
 *
 * The chance is found by saddlepoint, to about 1 % of itself.
 *
 * @param unseen difference of the unseen unit, below 0, per sample, and its samples
 * @see Rubin 1981; Gaffke 2005; Learned-Miller & Thomas 2019; Lugannani & Rice 1980 for the saddlepoint, in Barndorff-Nielsen's form
 */
export function unseenMargin(units: Units, unseen: { difference: number; size: number }): OneSided {
  let total = 0;
  let samples = units.still;
  for (let i = 0; i < units.sums.length; i++) {
    total += units.sums[i] as number;
    samples += units.sizes[i] as number;
  }
  const value = total / samples;
  const pAbove = (bound: number) => {
    const p = weightedBelow(units, unseen, bound);
    return bound < value ? p : Math.max(0.5, p);
  };
  return { pAbove, low: (a) => lastBelow((bound) => Math.log(pAbove(bound) / a), lowest(units, unseen.difference), value) };
}

/** No weighted mean is below it. */
function lowest({ sums, sizes, still }: Units, unseen: number): number {
  let least = still > 0 ? Math.min(0, unseen) : unseen;
  for (let i = 0; i < sums.length; i++) least = Math.min(least, (sums[i] as number) / (sizes[i] as number));
  return least;
}

/** The chance that sum E w <= 0, for independent standard exponential E and the w that units have beyond the bound. */
function weightedBelow({ sums, sizes, still }: Units, unseen: { difference: number; size: number }, bound: number): number {
  const count = sums.length + 2;
  const beyond = new Float64Array(count);
  const times = new Float64Array(count).fill(1);
  for (let i = 0; i < sums.length; i++) beyond[i] = (sums[i] as number) - bound * (sizes[i] as number);
  beyond[count - 2] = -bound;
  times[count - 2] = still;
  beyond[count - 1] = (unseen.difference - bound) * unseen.size;
  let least = 0;
  let most = 0;
  for (let i = 0; i < count; i++) {
    if (times[i] === 0) continue;
    least = Math.min(least, beyond[i] as number);
    most = Math.max(most, beyond[i] as number);
  }
  if (most <= 0) return 1;
  if (least >= 0) return 0;

  // The saddlepoint s: where the sum of w / (1 - s w), which rises, is 0.
  let [low, high] = [1 / least, 1 / most];
  let s = 0;
  let curvature = 0;
  for (let step = 0; step < 200; step++) {
    let slope = 0;
    curvature = 0;
    for (let i = 0; i < count; i++) {
      const tilted = (beyond[i] as number) / (1 - s * (beyond[i] as number));
      slope += (times[i] as number) * tilted;
      curvature += (times[i] as number) * tilted * tilted;
    }
    if (slope > 0) high = s;
    else low = s;
    const newton = s - slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - s) <= 1e-13 * Math.abs(s)) break;
    s = next;
  }
  let halfSquare = 0;
  let skew = 0;
  for (let i = 0; i < count; i++) {
    const w = beyond[i] as number;
    halfSquare += (times[i] as number) * Math.log1p(-s * w);
    skew += (times[i] as number) * 2 * (w / (1 - s * w)) ** 3;
  }
  const r = Math.sign(s) * Math.sqrt(Math.max(0, 2 * halfSquare));
  // At the mean the formula is 0 / 0; this is what it tends to.
  if (Math.abs(r) < 1e-3) return normalCdf(r + skew / curvature ** 1.5 / 6);
  return normalCdf(r + Math.log((s * Math.sqrt(curvature)) / r) / r);
}
