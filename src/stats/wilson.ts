import { type Bounds, tailOf } from "./bounds.ts";
import { normalQuantile } from "./normal.ts";

/**
 * Wilson score interval for a proportion.
 *
 * Keeps close to its stated coverage at small n and near 0 and 1, where the normal interval collapses: at 10 of 10 it still has
 * width.
 *
 * @param successes in [0, n]; need not be whole, for an effective sample size
 * @param n trials, above 0
 * @see Wilson 1927; Brown, Cai & DasGupta 2001, eq. 4
 */
export function wilson(successes: number, n: number, level = 0.95): Bounds {
  if (!(n > 0 && successes >= 0 && successes <= n)) throw new RangeError(`wilson: ${successes} of ${n} is no proportion`);
  const z = normalQuantile(1 - tailOf(level));
  const p = successes / n;
  const shrink = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  // At the ends the bound is exact; the subtraction would leave dust such as 1e-17.
  return { low: successes === 0 ? 0 : centre - half, high: successes === n ? 1 : centre + half };
}
