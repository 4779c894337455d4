import { z } from "zod";
import { type Labels, scorerKind } from "../core/catalogue.ts";
import { hashJson } from "../core/hash.ts";
import type { SampleContent } from "../core/sample.ts";
import type { Score } from "../core/score.ts";
import { delimiterAfter, onlyLikelihoods, utf8Length, withDropped } from "./only-likelihoods.ts";
import { indexOfLargest, leadOf, probabilityScores, softmax } from "./probability-scores.ts";

const argsSchema = z.strictObject({
  /** Between the question and each choice. */
  delimiter: z.string().optional(),
  /** Also by how much more likely the question makes each choice: asks for each behind nothing, too. */
  mutual_info: z.boolean().optional(),
  /** Divides log-probabilities before they become shares. */
  scale: z.number().positive().optional(),
});

/** The choices of a sample in their order, and which are right. */
interface Choices {
  readonly texts: readonly string[];
  readonly right: ReadonlySet<number>;
}

function choicesOf({ choices, answers, ideal }: SampleContent, labels: Labels | undefined): Choices {
  const texts = choices ?? Object.keys(labels ?? {});
  const right = answers ?? texts.flatMap((text, at) => (ideal.includes(text) ? [at] : []));
  return { texts, right: new Set(right) };
}

/**
 * Which choice a model would rather say, by the log-probability of each in full: its sum (`accuracy`), by character (`acc_norm`) and by
 * UTF-8 byte (`acc_bytes`) of the bare choice; and less what it has behind nothing (`acc_mutual_info`). Equal ones: the first.
 *
 * @param more `alone`: log-probability of each choice without the question; `scale`: what log-probabilities are divided by to make shares
 * @see lm-evaluation-harness, `ConfigurableTask.process_results` of `multiple_choice`
 */
export function multipleChoice(
  texts: readonly string[],
  logprobs: readonly number[],
  right: ReadonlySet<number>,
  { alone, scale = 1 }: { readonly alone?: readonly number[] | undefined; readonly scale?: number | undefined } = {},
): Score[] {
  const by = (lengthOf: (text: string) => number) =>
    indexOfLargest(logprobs.map((logprob, at) => logprob / lengthOf(texts[at] as string)));
  const picked = indexOfLargest(logprobs);
  const passed = right.has(picked);
  const margin = leadOf(logprobs);
  const norm = right.has(by((text) => [...text].length));
  const bytes = right.has(by(utf8Length));
  return [
    {
      name: "accuracy",
      value: passed ? 1 : 0,
      passed,
      label: texts[picked] as string,
      ...(margin !== undefined && { details: { margin } }),
    },
    { name: "acc_norm", value: norm ? 1 : 0, passed: norm },
    { name: "acc_bytes", value: bytes ? 1 : 0, passed: bytes },
    ...(alone === undefined ? [] : [byMutualInformation(logprobs, alone, right)]),
    ...probabilityScores({ probabilities: softmax(logprobs.map((logprob) => logprob / scale)), right, picked }),
  ];
}

function byMutualInformation(logprobs: readonly number[], alone: readonly number[], right: ReadonlySet<number>): Score {
  const passed = right.has(indexOfLargest(logprobs.map((logprob, at) => logprob - (alone[at] as number))));
  return { name: "acc_mutual_info", value: passed ? 1 : 0, passed };
}

const output = "choices";
const outputAlone = "choices_alone";

export const multipleChoiceKind = scorerKind({
  args: argsSchema,
  sampling: () => ({}),
  checkSample(sample, _, labels) {
    if (sample.input === null) return "it has no `input`, so there is nothing to ask";
    const { texts, right } = choicesOf(sample, labels);
    if (texts.length < 2) return "it has no two `choices`, and the eval has no `labels`";
    if (texts.some((text) => text === "")) return "one of its `choices` is empty";
    if (sample.answers?.some((at) => at >= texts.length))
      return `its \`answers\` name a choice that is not among its ${texts.length}`;
    if (right.size === 0) return "none of its `choices` is right: no `answers`, and no `ideal` that is one of them";
    return undefined;
  },
  create: (args, { name, labels }) => ({
    name,
    hash: hashJson({ kind: "multiple-choice", args, labels: labels && Object.keys(labels) }),
    needs: { continuations: true },
    asks(sample) {
      const delimiter = delimiterAfter(sample.input, args.delimiter);
      const continuations = choicesOf(sample, labels).texts.map((text) => delimiter + text);
      const behind = { output, continuations: { context: sample.input ?? "", continuations } };
      if (args.mutual_info !== true) return [behind];
      return [behind, { output: outputAlone, continuations: { context: "", continuations } }];
    },
    score(sample, replies) {
      const { texts, right } = choicesOf(sample, labels);
      const likelihoods = onlyLikelihoods(replies, output);
      const [first, ...others] = multipleChoice(
        texts,
        likelihoods.map(({ logprob }) => logprob),
        right,
        {
          scale: args.scale,
          alone: args.mutual_info === true ? onlyLikelihoods(replies, outputAlone).map(({ logprob }) => logprob) : undefined,
        },
      ) as [Score, ...Score[]];
      return [withDropped(first, likelihoods), ...others];
    },
  }),
});
