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

/** Holds the probability of each judged reply, the product of its tokens' probabilities, against whether it was right. */
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

/** undefined: the reply has no log-probabilities. */
function replyProbability({ completion }: SampleLine): number | undefined {
  const tokens = completion?.logprobs;
  if (tokens === undefined || tokens.length === 0) return undefined;
  const logprob = tokens.reduce((sum, token) => sum + (token.logprob ?? Number.NEGATIVE_INFINITY), 0);
  return Math.min(1, Math.exp(logprob));
}
