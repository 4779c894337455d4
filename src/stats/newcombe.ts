import type { Bounds } from "./bounds.ts";
import { wilson } from "./wilson.ts";

export interface Proportion {
  /** In [0, n]; need not be whole, for an effective sample size. */
  readonly successes: number;
  /** Trials, above 0. */
  readonly n: number;
}

export interface ProportionDifference extends Bounds {
  /** Candidate minus baseline. */
  readonly delta: number;
}

/**
 * Newcombe's hybrid interval for the difference of two proportions of different samples. For the same samples asked twice a paired
 * interval is far narrower.
 *
 * @see Newcombe 1998, Statistics in Medicine 17:873, method 10
 */
export function newcombe(candidate: Proportion, baseline: Proportion, level = 0.95): ProportionDifference {
  const ours = wilson(candidate.successes, candidate.n, level);
  const theirs = wilson(baseline.successes, baseline.n, level);
  const [p, q] = [candidate.successes / candidate.n, baseline.successes / baseline.n];
  const delta = p - q;
  return {
    delta,
    low: delta - Math.hypot(p - ours.low, theirs.high - q),
    high: delta + Math.hypot(ours.high - p, q - theirs.low),
  };
}
