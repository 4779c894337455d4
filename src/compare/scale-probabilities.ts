import { calibrationError, equalMassBins } from "../stats/reliability.ts";
import { type Estimate, estimate } from "./estimate.ts";

/** What one answer's probabilities come to. */
export interface JudgedAnswer {
  /** What belongs together: a group, or a question. */
  readonly key: string;
  /** Probability of the answer that was taken, and whether it is right. */
  readonly confidence: number;
  readonly right: boolean;
  readonly logLoss: number;
  readonly brier: number;
}

export interface CalibrationOfAnswers {
  readonly log_loss: Estimate;
  readonly brier: Estimate;
  /** Over ten bins of equal mass. */
  readonly ece: number;
}

/** 0.1 to 10, each 6 % above the one before. */
export const scales: readonly number[] = Array.from({ length: 81 }, (_, at) => Number((10 ** ((at - 40) / 40)).toPrecision(3)));

/**
 * Temperature scaling: the one number by which to divide log-probabilities so that probabilities fit what came true, by log loss. To be
 * chosen on other answers than those whose calibration is reported.
 *
 * @param losses mean log loss at each of `scales`
 * @returns 1 where no other is better
 * @see Guo et al. 2017, section 4.2
 */
export function bestScale(losses: ArrayLike<number>): number {
  let best = scales.indexOf(1);
  for (let at = 0; at < scales.length; at++) if ((losses[at] as number) < (losses[best] as number)) best = at;
  return scales[best] as number;
}

/** @param answers at least one */
export function calibrationOfAnswers(answers: readonly JudgedAnswer[]): CalibrationOfAnswers {
  const ids = new Map<string, number>();
  const groups = Uint32Array.from(answers, ({ key }) => {
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return id;
  });
  const mean = (of: (answer: JudgedAnswer) => number) =>
    estimate({
      values: Float64Array.from(answers, of),
      groups: ids.size === answers.length ? undefined : groups,
      unitRange: false,
    });
  const ps = answers.map(({ confidence }) => confidence);
  const ys = answers.map(({ right }) => (right ? 1 : 0));
  return {
    log_loss: mean(({ logLoss }) => logLoss),
    brier: mean(({ brier }) => brier),
    ece: calibrationError(equalMassBins(ps, ys)).expected,
  };
}
