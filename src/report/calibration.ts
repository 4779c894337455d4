import { estimate } from "../compare/index.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Calibration, CalibrationBin } from "../page/index.ts";
import { outcomeOf } from "./outcome.ts";

const bins = 10;
/** Fewer replies than this make no diagram. */
const fewest = 20;

export interface CalibrationCounter {
  observe(line: SampleLine): void;
  /** undefined when too few replies have a probability. */
  table(): Calibration | undefined;
}

/**
 * Sorts judged replies by the probability of the whole reply, the product of its tokens' probabilities, into ten equally wide bins.
 *
 * @see Guo et al. 2017, eq. 3 (expected calibration error); Brier 1950
 */
export function calibrationCounter(): CalibrationCounter {
  const n = new Array<number>(bins).fill(0);
  const right = new Array<number>(bins).fill(0);
  const sum = new Array<number>(bins).fill(0);
  let squares = 0;
  return {
    observe(line) {
      const outcome = outcomeOf(line);
      const probability = replyProbability(line);
      if (probability === undefined || (outcome !== "passed" && outcome !== "failed")) return;
      const bin = Math.min(bins - 1, Math.floor(probability * bins));
      const passed = outcome === "passed" ? 1 : 0;
      n[bin] = (n[bin] ?? 0) + 1;
      right[bin] = (right[bin] ?? 0) + passed;
      sum[bin] = (sum[bin] ?? 0) + probability;
      squares += (probability - passed) ** 2;
    },
    table() {
      const total = n.reduce((all, one) => all + one, 0);
      if (total < fewest) return undefined;
      const found = n.flatMap((count, bin) => (count === 0 ? [] : [binOf(count, right[bin] ?? 0, (sum[bin] ?? 0) / count)]));
      const ece = found.reduce((all, { n: count, share, mean }) => all + (count / total) * Math.abs(share - mean), 0);
      return { n: total, ece, brier: squares / total, bins: found };
    },
  };
}

function binOf(n: number, right: number, mean: number): CalibrationBin {
  const { interval } = estimate({ values: new Uint8Array(n).fill(1, 0, right), unitRange: true });
  return { n, right, mean, share: right / n, interval: interval && { low: interval.low, high: interval.high } };
}

/** undefined: the reply has no log-probabilities. */
function replyProbability({ completion }: SampleLine): number | undefined {
  const tokens = completion?.logprobs;
  if (tokens === undefined || tokens.length === 0) return undefined;
  return Math.min(
    1,
    tokens.reduce((product, { logprob }) => product * (logprob === null ? 0 : Math.exp(logprob)), 1),
  );
}
