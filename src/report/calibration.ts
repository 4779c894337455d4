import { reliability } from "../compare/index.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Calibration } from "../page/index.ts";
import { outcomeOf } from "./outcome.ts";

/** Fewer replies than this make no diagram. */
const fewest = 20;

export interface CalibrationCounter {
  observe(line: SampleLine): void;
  /** undefined when too few replies have a probability. */
  table(): Calibration | undefined;
}

/** Holds the probability of each judged reply against whether it was right. */
export function calibrationCounter(): CalibrationCounter {
  const probabilities: number[] = [];
  const right: number[] = [];
  return {
    observe(line) {
      const outcome = outcomeOf(line);
      const probability = replyProbability(line);
      if (probability === undefined || (outcome !== "passed" && outcome !== "failed")) return;
      probabilities.push(probability);
      right.push(outcome === "passed" ? 1 : 0);
    },
    table() {
      if (probabilities.length < fewest) return undefined;
      const { n, ece, brier, bins } = reliability(probabilities, right);
      return {
        n,
        ece,
        brier,
        bins: bins.map((bin) => ({
          n: bin.n,
          mean: bin.forecast,
          share: bin.share,
          interval: { low: bin.interval.low, high: bin.interval.high },
        })),
      };
    },
  };
}

/**
 * The score called `confidence` where a scorer gives one: it is that of the answer taken, among those there were. Else the product of
 * the reply's tokens' probabilities, which is that of one wording.
 *
 * @returns undefined when the reply has neither
 */
function replyProbability({ completion, scores }: SampleLine): number | undefined {
  const confidence = scores?.find(({ name }) => name === "confidence");
  // What was not scored has none; its wording would be another kind of probability among those of answers.
  if (confidence !== undefined) return confidence.value === null ? undefined : shareOf(confidence.value);
  const tokens = completion?.logprobs;
  if (tokens === undefined || tokens.length === 0) return undefined;
  const logprob = tokens.reduce((sum, token) => sum + (token.logprob ?? Number.NEGATIVE_INFINITY), 0);
  return Math.min(1, Math.exp(logprob));
}

/** A score of that name on another scale is no probability. */
function shareOf(value: number): number | undefined {
  return value >= 0 && value <= 1 ? value : undefined;
}
