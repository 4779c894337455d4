import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { hashJson } from "../core/hash.ts";
import type { SampleContent } from "../core/sample.ts";
import { onlyCompletion, type Score } from "../core/score.ts";
import { rawText } from "../core/think.ts";
import { itemsIn, jsonItems } from "./items-in.ts";
import { longestCommon } from "./longest-common.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  /** F1 from which on a reply is right. */
  pass_at: z.number().optional(),
  separator: z.string().min(1).optional(),
  ignore_case: z.boolean().optional(),
  /** Items count only in the order of the ideal. */
  ordered: z.boolean().optional(),
});
export type ListMatchArgs = z.infer<typeof argsSchema>;

interface Overlap {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * How much two lists have in common: shares of the items said, and of the items wanted, that are in both.
 *
 * Unordered lists are sets: an item said twice counts once. In ordered ones, what counts is the longest common subsequence. Two empty
 * lists are equal.
 */
export function listOverlap(said: readonly string[], wanted: readonly string[], ordered = false): Overlap {
  if (said.length === 0 && wanted.length === 0) return { precision: 1, recall: 1, f1: 1 };
  const [mine, theirs] = ordered ? [said, wanted] : [[...new Set(said)], [...new Set(wanted)]];
  const known = new Set(theirs);
  const shared = ordered ? longestCommon(mine, theirs) : mine.filter((item) => known.has(item)).length;
  if (shared === 0) return { precision: 0, recall: 0, f1: 0 };
  return { precision: shared / mine.length, recall: shared / theirs.length, f1: (2 * shared) / (mine.length + theirs.length) };
}

/** The items that are wanted: each ideal is one; a single ideal that is a JSON list is its members. */
function wantedItems({ ideal }: Pick<SampleContent, "ideal">): readonly string[] {
  const [only] = ideal;
  return (ideal.length === 1 && only !== undefined && jsonItems(only)) || ideal.map((item) => item.trim());
}

export const listMatchKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: needsInputAndIdeal,
  create(args, { name, compat }) {
    const { pass_at: passAt = 1, ordered, ignore_case: ignoreCase } = args;
    const prepared = (items: readonly string[]) => (ignoreCase ? items.map((item) => item.toLowerCase()) : items);
    return {
      name,
      hash: hashJson({ kind: "list-match", args, compat }),
      needs: {},
      score(sample, replies): Score[] {
        const completion = onlyCompletion(replies);
        const said = prepared(itemsIn(compat ? rawText(completion) : completion.text, args));
        const { precision, recall, f1 } = listOverlap(said, prepared(wantedItems(sample)), ordered);
        const passed = f1 >= passAt;
        return [
          { name: "accuracy", value: passed ? 1 : 0, passed },
          { name: "list_f1", value: f1 },
          { name: "list_precision", value: precision },
          { name: "list_recall", value: recall },
        ];
      },
    };
  },
});
