import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import type { SampleContent } from "../core/sample.ts";
import { bestIdeal, gradedTextScorer, passAtSchema } from "./graded-text-scorer.ts";
import { type Codes, characterCodes, ngramCount, ngramMatches, wordCodes } from "./ngram-matches.ts";
import { pythonSplit } from "./python-split.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  pass_at: passAtSchema,
  ignore_case: z.boolean().optional(),
  /** Longest n-grams of words that count beside those of characters: 0 is chrF, 2 is chrF++. */
  word_order: z.int().min(0).max(4).optional(),
});
type ChrfArgs = z.infer<typeof argsSchema>;

const characterOrder = 6;
/** Recall counts twice as much as precision. */
const beta = 2;

/**
 * chrF of one text, 0 to 100: F2 of the n-grams of characters that it shares with the ideal, white space left out.
 *
 * Agrees with sacreBLEU's `sentence_chrf`, signature `case:mixed|eff:yes|nc:6|nw:0|space:no`. Precision and recall are means over the
 * orders of which both texts have n-grams.
 *
 * @see Popović 2015, 2017
 */
export function sentenceChrf(reply: string, ideal: string, args: Omit<ChrfArgs, "pass_at"> = {}): number {
  const { word_order: wordOrder = 0, ignore_case: ignoreCase } = args;
  const said = pythonSplit(ignoreCase ? reply.toLowerCase() : reply);
  const wanted = pythonSplit(ignoreCase ? ideal.toLowerCase() : ideal);
  const sums = { precision: 0, recall: 0, orders: 0 };
  addOrders(sums, characterCodes(said.join("")), characterCodes(wanted.join("")), characterOrder);
  if (wordOrder > 0) {
    const numbered = wordCodes();
    addOrders(sums, numbered(said.flatMap(withoutPunctuation)), numbered(wanted.flatMap(withoutPunctuation)), wordOrder);
  }
  const { orders } = sums;
  const precision = sums.precision / orders;
  const recall = sums.recall / orders;
  if (orders === 0 || precision + recall === 0) return 0;
  const factor = beta ** 2;
  return (100 * (1 + factor) * precision * recall) / (factor * precision + recall);
}

function addOrders(sums: { precision: number; recall: number; orders: number }, said: Codes, wanted: Codes, order: number): void {
  const matches = ngramMatches(said, [wanted], order);
  for (let n = 1; n <= order; n++) {
    const [ofSaid, ofWanted] = [ngramCount(said.length, n), ngramCount(wanted.length, n)];
    if (ofSaid === 0 || ofWanted === 0) continue;
    const found = matches[n - 1] as number;
    sums.precision += found / ofSaid;
    sums.recall += found / ofWanted;
    sums.orders++;
  }
}

const isPunctuation = (character: string) => /[!-/:-@[-`{-~]/.test(character);

/** A word and its punctuation: the last character, else the first, as sacreBLEU has it; `(hi)` is `(hi` and `)`. */
function withoutPunctuation(word: string): string[] {
  const characters = [...word];
  if (characters.length === 1) return [word];
  if (isPunctuation(word.slice(-1))) return [word.slice(0, -1), word.slice(-1)];
  return isPunctuation(word.slice(0, 1)) ? [word.slice(0, 1), word.slice(1)] : [word];
}

function checkSample(sample: SampleContent): string | undefined {
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  const empty = sample.ideal.find((ideal) => pythonSplit(ideal).length === 0);
  return empty === undefined ? undefined : `its \`ideal\` ${JSON.stringify(empty)} is empty, so no reply could be like it`;
}

export const chrfKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample,
  create: (args, setup) =>
    gradedTextScorer({
      kind: "chrf",
      args,
      setup,
      measure: "chrf",
      grade: bestIdeal((reply, ideal) => sentenceChrf(reply, ideal, args)),
    }),
});
