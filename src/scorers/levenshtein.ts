import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { bestIdeal, gradedTextScorer, passAtSchema } from "./graded-text-scorer.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  pass_at: passAtSchema,
  /** So many edits at most, and a reply is right: in place of `pass_at`. */
  max_edits: z.int().nonnegative().optional(),
  trim: z.boolean().optional(),
  ignore_case: z.boolean().optional(),
});
export type LevenshteinArgs = z.infer<typeof argsSchema>;

/**
 * 1 minus the edits (insert, delete, replace one UTF-16 unit) that turn one text into the other, as a share of the longer one: 1 for
 * equal texts, also for two empty ones, 0 for texts that share nothing.
 */
export function similarity(one: string, other: string, args: Omit<LevenshteinArgs, "pass_at" | "max_edits"> = {}): number {
  const a = prepare(one, args);
  const b = prepare(other, args);
  return a === b ? 1 : 1 - distance(a, b) / Math.max(a.length, b.length);
}

function prepare(text: string, { trim, ignore_case: ignoreCase }: LevenshteinArgs): string {
  const trimmed = trim ? text.trim() : text;
  return ignoreCase ? trimmed.toLowerCase() : trimmed;
}

export const levenshteinKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: needsInputAndIdeal,
  create(args, setup) {
    const { max_edits: most } = args;
    const parts = { kind: "levenshtein", args, setup };
    const grade = bestIdeal((reply, ideal) => similarity(reply, ideal, args));
    if (most === undefined) return gradedTextScorer({ ...parts, measure: "levenshtein", grade });
    return textScorer({
      ...parts,
      judge(reply, ideals) {
        const picked = ideals.find((ideal) => distance(prepare(reply, args), prepare(ideal, args)) <= most);
        return { passed: picked !== undefined, picked };
      },
      beside: (reply, ideals) => [{ name: "levenshtein", value: grade(reply, ideals).value }],
    });
  },
});
