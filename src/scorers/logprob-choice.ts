import { z } from "zod";
import { type Labels, type ScorerSetup, scorerKind } from "../core/catalogue.ts";
import { hashJson } from "../core/hash.ts";
import type { SampleContent } from "../core/sample.ts";
import { onlyCompletion, type Replies, type Score, type Scorer } from "../core/score.ts";
import { firstTokenOf, mostUnlisted, probabilitiesByFirstToken } from "./first-token.ts";
import { labelScores } from "./label-scores.ts";
import { delimiterAfter, onlyLikelihoods, withDropped } from "./only-likelihoods.ts";

const argsSchema = z.strictObject({
  /** first-token: of one request, what it could have begun with; continuation: of each label in full, which few models give. */
  by: z.enum(["first-token", "continuation"]).default("first-token"),
  /** Alternatives to ask for. */
  top: z.int().positive().default(20),
  ignore_case: z.boolean().default(false),
  /** Between the question and each label; only by continuation. */
  delimiter: z.string().optional(),
  /** Take the labels' probabilities as shares of what all labels have. */
  normalise: z.boolean().default(false),
  /** Divides log-probabilities, those of everything that is no label taken as one. */
  scale: z.number().positive().optional(),
  /** A label is named only when its probability is above this. */
  threshold: z.number().min(0).max(1).optional(),
  /** Labels that mean that nothing is named. */
  none: z
    .union([z.string(), z.array(z.string())])
    .transform((none) => (typeof none === "string" ? [none] : none))
    .default([]),
  max_tokens: z.int().positive().default(8),
});
type ChoiceArgs = z.output<typeof argsSchema>;

/** Labels with all their words. */
interface Words {
  readonly labels: readonly string[];
  readonly words: readonly (readonly string[])[];
}

function wordsOf({ choices }: SampleContent, labels: Labels | undefined): Words {
  if (labels === undefined) return { labels: choices ?? [], words: (choices ?? []).map((choice) => [choice]) };
  return { labels: Object.keys(labels), words: Object.entries(labels).map(([label, aliases]) => [label, ...aliases]) };
}

/**
 * The label that a model finds likeliest, and how sure it is: by the alternatives to its answer's first token, or by the
 * log-probability of each label in full.
 *
 * With a `threshold` it names a label only when its probability is strictly above, and never one of `none`.
 */
export const logprobChoiceKind = scorerKind({
  args: argsSchema,
  sampling: ({ max_tokens }) => ({ temperature: 0, max_tokens }),
  metrics: ({ threshold, none }): { [name: string]: string } =>
    threshold === undefined ? {} : { precision: "hit / named", recall: none.length > 0 ? "hit / nameable" : "hit" },
  checkSample(sample, args, labels) {
    if (sample.input === null) return "it has no `input`, so there is nothing to ask";
    const { labels: known, words } = wordsOf(sample, labels);
    if (known.length < 2) return "the eval has no two `labels`, and the sample no `choices`";
    const unknown = args.none.find((label) => !known.includes(label));
    if (unknown !== undefined) return `"${unknown}", which \`none\` names, is no label`;
    if (rightOf(sample, words).size === 0) return "its `ideal` is none of the labels";
    return undefined;
  },
  create: (args, setup) => ({
    name: setup.name,
    hash: hashJson({ kind: "logprob-choice", args, labels: setup.labels }),
    ...(args.by === "continuation" ? byContinuation(args, setup) : byFirstToken(args, setup)),
  }),
});

function rightOf({ ideal }: SampleContent, words: Words["words"]): ReadonlySet<number> {
  return new Set(words.flatMap((own, label) => (own.some((word) => ideal.includes(word)) ? [label] : [])));
}

type Way = Pick<Scorer, "needs" | "asks" | "score">;

function byFirstToken(args: ChoiceArgs, { labels: given }: ScorerSetup): Way {
  return {
    needs: { top_logprobs: args.top },
    score(sample, replies) {
      const candidates = firstTokenOf(onlyCompletion(replies));
      if (candidates === undefined) return [withoutLogprobs(replies)];
      const { labels, words } = wordsOf(sample, given);
      const probabilities = probabilitiesByFirstToken(candidates, words, args.ignore_case);
      const right = rightOf(sample, words);
      return labelScores({ args, labels, probabilities, right, unlisted: mostUnlisted(candidates) });
    },
  };
}

const output = "labels";

function byContinuation(args: ChoiceArgs, { labels: given }: ScorerSetup): Way {
  return {
    needs: { continuations: true },
    asks(sample) {
      const delimiter = delimiterAfter(sample.input, args.delimiter);
      const continuations = wordsOf(sample, given)
        .words.flat()
        .map((word) => delimiter + word);
      return [{ output, continuations: { context: sample.input ?? "", continuations } }];
    },
    score(sample, replies) {
      const { labels, words } = wordsOf(sample, given);
      const likelihoods = onlyLikelihoods(replies, output);
      let at = 0;
      const probabilities = words.map((own) =>
        Math.min(
          1,
          own.reduce((sum) => sum + Math.exp(likelihoods[at++]?.logprob ?? Number.NEGATIVE_INFINITY), 0),
        ),
      );
      const [first, ...others] = labelScores({ args, labels, probabilities, right: rightOf(sample, words), unlisted: 0 });
      return [withDropped(first as Score, likelihoods), ...others];
    },
  };
}

/** An empty reply has no first token; any other should have had log-probabilities, for they were asked for. */
function withoutLogprobs(replies: Replies): Score {
  const { text, logprobs } = onlyCompletion(replies);
  const why = logprobs === undefined ? "the server sent no log-probabilities" : "no token of an answer is there";
  const message = text === "" ? `the reply is empty, and ${why}` : why;
  return { name: "accuracy", value: null, unscored: { code: "score.no-logprobs", message } };
}
