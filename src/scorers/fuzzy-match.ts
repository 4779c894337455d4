import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { normalisedWords } from "./normalise.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";
import { includesWord } from "./word.ts";

const argsSchema = z.strictObject({
  max_tokens: z.int().positive().optional(),
  /** One side must be whole words of the other: `cat` does not fit `concatenate`. */
  whole_word: z.boolean().optional(),
});
export type FuzzyMatchArgs = z.infer<typeof argsSchema>;

/** The ideals that contain the reply or are contained in it, both normalised: the rule of openai/evals' `FuzzyMatch`. */
export function fuzzyMatches(reply: string, ideals: readonly string[], args: FuzzyMatchArgs = {}): string[] {
  const said = normalisedWords(reply).join(" ");
  const contains = args.whole_word ? includesWord : (text: string, part: string) => text.includes(part);
  return ideals.filter((ideal) => {
    const wanted = normalisedWords(ideal).join(" ");
    if (said === "" || wanted === "") return said === wanted;
    return contains(said, wanted) || contains(wanted, said);
  });
}

/** F1 of the words two texts share, as multisets; 0 when they share none, also when both are empty. */
export function wordF1(reply: string, ideal: string): number {
  const said = normalisedWords(reply);
  const wanted = normalisedWords(ideal);
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of said) {
    const n = left.get(word) ?? 0;
    if (n > 0) {
      shared++;
      left.set(word, n - 1);
    }
  }
  if (shared === 0) return 0;
  const precision = shared / said.length;
  const recall = shared / wanted.length;
  return (2 * precision * recall) / (precision + recall);
}

export const fuzzyMatchKind = scorerKind({
  args: argsSchema,
  sampling: (args) => ({ temperature: 0, max_tokens: args.max_tokens ?? 100 }),
  checkSample: needsInputAndIdeal,
  create: (args, setup) =>
    textScorer({
      kind: "fuzzy-match",
      args,
      setup,
      judge(reply, ideals) {
        const picked = fuzzyMatches(reply, ideals, args);
        return picked.length > 0 ? { passed: true, picked } : { passed: false };
      },
      beside: (reply, ideals) => [{ name: "f1_score", value: Math.max(0, ...ideals.map((ideal) => wordF1(reply, ideal))) }],
    }),
});
