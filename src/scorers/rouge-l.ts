import { l as rougeL } from "js-rouge";
import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import type { SampleContent } from "../core/sample.ts";
import { bestIdeal, gradedTextScorer, passAtSchema } from "./graded-text-scorer.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";

const argsSchema = z.strictObject({ pass_at: passAtSchema });

const word = /[\p{L}\p{M}\p{N}]+/gu;

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(word) ?? [];
}

const options = { tokenizer: wordsOf, segmenter: (text: string) => [text] };

/**
 * ROUGE-L of whole texts: F1 of the longest common subsequence of their words, in lower case and without punctuation.
 *
 * Agrees with Google's `rouge_score` (`rougeL`, no stemmer) on ASCII text; there every other letter ends a word, here it belongs to it.
 *
 * @see Lin 2004, ROUGE: A Package for Automatic Evaluation of Summaries, section 3.1
 */
export function rougeLF1(reply: string, ideal: string): number {
  // The library refuses texts without a word.
  if (wordsOf(reply).length === 0 || wordsOf(ideal).length === 0) return 0;
  return rougeL(reply, ideal, options);
}

function needsWords(sample: SampleContent): string | undefined {
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  const empty = sample.ideal.find((ideal) => wordsOf(ideal).length === 0);
  return empty === undefined ? undefined : `its \`ideal\` ${JSON.stringify(empty)} has no word, so no reply could be like it`;
}

export const rougeLKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: needsWords,
  create: (args, setup) => gradedTextScorer({ kind: "rouge-l", args, setup, measure: "rouge_l", grade: bestIdeal(rougeLF1) }),
});
