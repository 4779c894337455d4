import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { hashJson } from "../core/hash.ts";
import { onlyLikelihoods, utf8Length } from "./only-likelihoods.ts";

const argsSchema = z.strictObject({});
const output = "text";

/**
 * How well a model knows a text, each token of it scored once. Sums for each text; what is said of all texts are ratios of those sums.
 *
 * @see lm-evaluation-harness, output type `loglikelihood_rolling`; words are what white space parts
 */
export const perplexityKind = scorerKind({
  args: argsSchema,
  sampling: () => ({}),
  checkSample({ input }) {
    if (typeof input !== "string") return "its `input` is no text, and a perplexity is that of a text";
    return input === "" ? "its `input` is empty" : undefined;
  },
  metrics: () => ({
    bits_per_byte: "-log_likelihood / bytes / log(2)",
    byte_perplexity: "exp(-log_likelihood / bytes)",
    word_perplexity: "exp(-log_likelihood / words)",
    token_perplexity: "exp(-log_likelihood / tokens)",
  }),
  create: (_, { name }) => ({
    name,
    hash: hashJson({ kind: "perplexity" }),
    needs: { continuations: true, rolling: true },
    asks: ({ input }) => [{ output, continuations: { context: "", continuations: [String(input)], rolling: true } }],
    score({ input }, replies) {
      const text = String(input);
      const [likelihood] = onlyLikelihoods(replies, output);
      const { logprob = 0, tokens = 0 } = likelihood ?? {};
      const bytes = utf8Length(text);
      return [
        { name: "document_bits_per_byte", value: -logprob / bytes / Math.LN2 },
        { name: "log_likelihood", value: logprob },
        { name: "tokens", value: tokens },
        { name: "words", value: text.split(/\s+/).length },
        { name: "bytes", value: bytes },
      ];
    },
  }),
});
