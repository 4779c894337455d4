import { betaQuantile } from "./beta.ts";
import { type Bounds, tailOf } from "./bounds.ts";

/**
 * Jeffreys interval for a proportion: equal tails of the posterior under a Beta(1/2, 1/2) prior, with the ends at 0 and n pinned.
 *
 * @param successes in [0, n]; need not be whole, for an effective sample size
 * @param n trials, above 0
 * @see Brown, Cai & DasGupta 2001, section 3.1.1
 */
export function jeffreys(successes: number, n: number, level = 0.95): Bounds {
  if (!(n > 0 && successes >= 0 && successes <= n)) throw new RangeError(`jeffreys: ${successes} of ${n} is no proportion`);
  const tail = tailOf(level);
  const [a, b] = [successes + 0.5, n - successes + 0.5];
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, a, b),
    high: successes === n ? 1 : betaQuantile(1 - tail, a, b),
  };
}
