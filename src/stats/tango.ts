import { type Bounds, tailOf } from "./bounds.ts";
import { normalQuantile } from "./normal.ts";
import { normalCdf } from "./normal-cdf.ts";
import type { OneSided } from "./one-sided.ts";
import { checkCounts, type PairedCounts } from "./paired-counts.ts";

/**
 * Score statistic for "the difference of two paired proportions is delta": about standard normal when it is.
 *
 * It rises with b and falls with c and with delta. Not exact: where flips are few it exceeds its level (`exact-margin.ts`).
 *
 * @param b pairs in which only the candidate is right
 * @param c pairs in which only the baseline is right
 * @param n all pairs
 * @param delta candidate minus baseline, in [-1, 1]
 * @see Tango 1998, Statistics in Medicine 17, eq. 12
 */
export function tangoZ(b: number, c: number, n: number, delta: number): number {
  const off = b - c - n * delta;
  if (off === 0) return 0;
  const linear = (2 * n - b + c) * delta - b - c;
  const constant = -c * delta * (1 - delta);
  const root = Math.sqrt(linear * linear - 8 * n * constant);
  // The most likely share of pairs in which only the baseline is right; the second form keeps its digits where the first cancels.
  const share = linear <= 0 ? (root - linear) / (4 * n) : (-2 * constant) / (root + linear);
  const variance = n * (2 * share + delta * (1 - delta));
  // Under a delta of 1 or -1 nothing varies, so that any other outcome refutes it.
  return variance > 0 ? off / Math.sqrt(variance) : off * Number.POSITIVE_INFINITY;
}

/**
 * One-sided lower limit: the delta at which `tangoZ` is z.
 *
 * @param z above 0, e.g. 1.645 for 95 %
 */
export function tangoLow(b: number, c: number, n: number, z: number): number {
  let low = -1;
  let high = (b - c) / n;
  // Halving reaches the resolution of a double near 1, and needs no care at the steep ends.
  while (true) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return low;
    if (tangoZ(b, c, n, middle) >= z) low = middle;
    else high = middle;
  }
}

/**
 * Tango's score interval for a paired difference of proportions. Has width when no pair changed.
 *
 * @see Tango 1998
 */
export function tangoInterval(b: number, c: number, n: number, level = 0.95): Bounds {
  checkCounts("tangoInterval", { b, c, n });
  const z = normalQuantile(1 - tailOf(level));
  return { low: tangoLow(b, c, n, z), high: -tangoLow(c, b, n, z) };
}

/** Tango's test of every margin and the limits that go with it: for many flips, where it keeps its level. */
export function tangoMargin(counts: PairedCounts): OneSided {
  checkCounts("tangoMargin", counts);
  const { b, c, n } = counts;
  return {
    pAbove: (bound) => (bound >= 1 ? 1 : bound < -1 ? 0 : normalCdf(-tangoZ(b, c, n, bound))),
    low: (a) => tangoLow(b, c, n, -normalQuantile(a)),
  };
}
