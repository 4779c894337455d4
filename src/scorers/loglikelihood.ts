import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { hashJson } from "../core/hash.ts";
import type { Score } from "../core/score.ts";
import { delimiterAfter, onlyLikelihoods, utf8Length, withDropped } from "./only-likelihoods.ts";
import { indexOfLargest } from "./probability-scores.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  /** Between the question and the answer. */
  delimiter: z.string().optional(),
});

const output = "ideals";

/**
 * How likely a model finds the right answer: `log_likelihood` of the likeliest ideal in nats, and `accuracy`, whether it would have said
 * one of them itself, every token being the likeliest in its place.
 *
 * @see lm-evaluation-harness, output type `loglikelihood`
 */
export const loglikelihoodKind = scorerKind({
  args: argsSchema,
  sampling: () => ({}),
  checkSample(sample) {
    if (sample.ideal.some((ideal) => ideal === "")) return "an `ideal` of it is empty, which every reply begins with";
    return needsInputAndIdeal(sample);
  },
  metrics: () => ({
    perplexity: "exp(-log_likelihood)",
    token_perplexity: "exp(-log_likelihood / tokens)",
    bits_per_byte: "-log_likelihood / bytes / log(2)",
  }),
  create: (args, { name }) => ({
    name,
    hash: hashJson({ kind: "loglikelihood", args }),
    needs: { continuations: true },
    asks({ input, ideal }) {
      const delimiter = delimiterAfter(input, args.delimiter);
      return [{ output, continuations: { context: input ?? "", continuations: ideal.map((text) => delimiter + text) } }];
    },
    score({ ideal }, replies) {
      const likelihoods = onlyLikelihoods(replies, output);
      const best = indexOfLargest(likelihoods.map(({ logprob }) => logprob));
      const said = likelihoods.findIndex(({ greedy }) => greedy);
      const passed = said >= 0;
      const { logprob, tokens } = likelihoods[best] as (typeof likelihoods)[number];
      const accuracy: Score = { name: "accuracy", value: passed ? 1 : 0, passed };
      return [
        withDropped(accuracy, likelihoods),
        { name: "log_likelihood", value: logprob },
        { name: "tokens", value: tokens },
        { name: "bytes", value: utf8Length(ideal[best] as string) },
      ];
    },
  }),
});
