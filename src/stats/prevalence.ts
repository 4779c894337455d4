import { type Bounds, clip, tailOf } from "./bounds.ts";
import { normalQuantile } from "./normal.ts";

/** How often a judge was right about samples that a person had labelled. */
export interface JudgeAccuracy {
  /** Share of the truly passing samples that the judge passed. */
  readonly sensitivity: number;
  /** How many truly passing samples that was measured on. */
  readonly positives: number;
  /** Share of the truly failing samples that the judge failed. */
  readonly specificity: number;
  /** How many truly failing samples that was measured on. */
  readonly negatives: number;
}

export interface Prevalence extends Bounds {
  /** Share that truly passes, in [0, 1]. */
  readonly estimate: number;
  /** By the delta method. */
  readonly se: number;
}

/**
 * Rogan-Gladen: the true pass rate behind the verdicts of a judge whose errors are known.
 *
 * The interval is Lang and Reiczigel's, which keeps its width and its coverage where the judge made no error on few labels.
 *
 * @param passed share that the judge passed, of n samples
 * @returns null where the judge is no better than chance (sensitivity + specificity at most 1): its verdicts then say nothing. Just
 * above 1 the estimate is unstable, and its standard error shows it.
 * @see Rogan & Gladen 1978; Lang & Reiczigel 2014
 */
export function prevalence(passed: number, n: number, judge: JudgeAccuracy, level = 0.95): Prevalence | null {
  const shares = [passed, judge.sensitivity, judge.specificity];
  if (!(shares.every((share) => share >= 0 && share <= 1) && n > 0 && judge.positives > 0 && judge.negatives > 0)) {
    throw new RangeError(`prevalence: ${shares.join(", ")} of ${n}, ${judge.positives} and ${judge.negatives}`);
  }
  const z = normalQuantile(1 - tailOf(level));
  const plain = corrected(passed, n, judge);
  const [positives, negatives] = [judge.positives + 2, judge.negatives + 2];
  const sensitivity = (judge.sensitivity * judge.positives + 1) / positives;
  const specificity = (judge.specificity * judge.negatives + 1) / negatives;
  const padded = corrected((passed * n + (z * z) / 2) / (n + z * z), n + z * z, {
    sensitivity,
    positives,
    specificity,
    negatives,
  });
  if (plain === null || padded === null) return null;
  const shift =
    2 *
    z *
    z *
    ((padded.estimate * sensitivity * (1 - sensitivity)) / positives -
      ((1 - padded.estimate) * specificity * (1 - specificity)) / negatives);
  const centre = padded.estimate + shift;
  const ends = clip({ low: centre - z * padded.se, high: centre + z * padded.se }, 0, 1);
  const estimate = Math.min(1, Math.max(0, plain.estimate));
  return { estimate, se: plain.se, low: Math.min(ends.low, estimate), high: Math.max(ends.high, estimate) };
}

/** May leave [0, 1]. */
function corrected(passed: number, n: number, judge: JudgeAccuracy): { estimate: number; se: number } | null {
  const { sensitivity, positives, specificity, negatives } = judge;
  const youden = sensitivity + specificity - 1;
  if (youden <= 0) return null;
  const estimate = (passed + specificity - 1) / youden;
  const variance =
    (passed * (1 - passed)) / n +
    (estimate ** 2 * sensitivity * (1 - sensitivity)) / positives +
    ((1 - estimate) ** 2 * specificity * (1 - specificity)) / negatives;
  return { estimate, se: Math.sqrt(variance) / youden };
}
