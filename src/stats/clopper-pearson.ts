import { betaQuantile } from "./beta.ts";
import { type Bounds, tailOf } from "./bounds.ts";

/**
 * Clopper-Pearson interval for a proportion: exact, so its coverage is never below the level.
 *
 * @param successes in [0, n]; need not be whole, for an effective sample size
 * @param n trials, above 0
 * @see Clopper & Pearson 1934
 */
export function clopperPearson(successes: number, n: number, level = 0.95): Bounds {
  if (!(n > 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`clopperPearson: ${successes} of ${n} is no proportion`);
  }
  const tail = tailOf(level);
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    high: successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
  };
}
