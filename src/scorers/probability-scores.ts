import type { Score } from "../core/score.ts";

/** Keeps the loss of what was thought impossible finite. */
const leastProbability = 1e-15;

/** Probabilities of the answers to one question. */
export interface AnswerProbabilities {
  /** By answer, each in [0, 1]; together at most 1, give or take rounding. */
  readonly probabilities: readonly number[];
  /** Which answers are right. */
  readonly right: ReadonlySet<number>;
  /** The answer that is taken. */
  readonly picked: number;
}

/**
 * What a sample says about how far probabilities can be believed: `confidence`, that of the answer taken; `brier`, the squared distance
 * from what is right, summed over the answers (0 to 2); `log_loss` of what is right, in nats. Several right answers count as one.
 *
 * @see Brier 1950
 */
export function probabilityScores({ probabilities, right, picked }: AnswerProbabilities): Score[] {
  let [hit, wrong] = [0, 0];
  for (const [answer, probability] of probabilities.entries()) {
    if (right.has(answer)) hit += probability;
    else wrong += probability ** 2;
  }
  const sure = Math.min(1, hit);
  return [
    { name: "confidence", value: Math.min(1, probabilities[picked] ?? 0) },
    { name: "brier", value: (1 - sure) ** 2 + wrong },
    { name: "log_loss", value: Math.abs(Math.log(Math.max(leastProbability, sure))) },
  ];
}

/** Shares of 1 that go as the exponentials of these. */
export function softmax(logprobs: readonly number[]): number[] {
  const most = Math.max(...logprobs);
  const weights = logprobs.map((logprob) => Math.exp(logprob - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The first of the largest. */
export function indexOfLargest(values: readonly number[]): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[best] as number)) best = at;
  return best;
}

/** How far the largest is ahead of the next; undefined when there is no next. Small = the next model may well say another. */
export function leadOf(logprobs: readonly number[]): number | undefined {
  const [best, next] = [...logprobs].sort((a, b) => b - a);
  return best === undefined || next === undefined || !Number.isFinite(best - next) ? undefined : best - next;
}
