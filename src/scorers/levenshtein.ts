import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { bestIdeal, gradedTextScorer, passAtSchema } from "./graded-text-scorer.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  pass_at: passAtSchema,
  trim: z.boolean().optional(),
  ignore_case: z.boolean().optional(),
});
export type LevenshteinArgs = z.infer<typeof argsSchema>;

/**
 * 1 minus the edits (insert, delete, replace one UTF-16 unit) that turn one text into the other, as a share of the longer one: 1 for
 * equal texts, also for two empty ones, 0 for texts that share nothing.
 */
export function similarity(one: string, other: string, args: Omit<LevenshteinArgs, "pass_at"> = {}): number {
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
  create: (args, setup) =>
    gradedTextScorer({
      kind: "levenshtein",
      args,
      setup,
      measure: "levenshtein",
      grade: bestIdeal((reply, ideal) => similarity(reply, ideal, args)),
    }),
});
