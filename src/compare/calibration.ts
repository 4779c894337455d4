import { type Bin, calibrationError, equalWidthBins } from "../stats/reliability.ts";
import { brier } from "../stats/scoring-rules.ts";

/** How far probabilities can be believed. */
export interface Reliability {
  readonly n: number;
  /** Mean distance of probability from share, over ten equally wide bins. */
  readonly ece: number;
  readonly brier: number;
  readonly bins: readonly Bin[];
}

/**
 * Probabilities that replies were given, against what came true.
 *
 * @param ps probability of each reply
 * @param ys 1 where it was right, else 0
 */
export function reliability(ps: readonly number[], ys: readonly number[]): Reliability {
  const bins = equalWidthBins(ps, ys);
  return { n: ps.length, ece: calibrationError(bins).expected, brier: brier(ps, ys), bins };
}
