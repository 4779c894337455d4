import { z } from "zod";
import { bagSchema } from "../core/json-schema.ts";
import type { Score } from "../core/score.ts";

/** One score as somebody else's code gives it: a number, a verdict, or both. */
export const givenScoreSchema = z
  .strictObject({
    /** By default `score` for a number, `accuracy` for a verdict alone. */
    name: z.string().min(1).optional(),
    /** null: not scored. */
    value: z.number().nullable().optional(),
    passed: z.boolean().optional(),
    label: z.string().optional(),
    explanation: z.string().optional(),
    details: bagSchema.optional(),
  })
  .refine(({ value, passed }) => value !== undefined || passed !== undefined, "neither `value` nor `passed` is given");
type GivenScore = z.infer<typeof givenScoreSchema>;

/** What somebody else's scorer may answer: right or wrong, a number, null for not scored, a score, or several. */
export const givenScoresSchema = z.union([
  z.boolean(),
  z.number(),
  z.null(),
  givenScoreSchema,
  z
    .array(givenScoreSchema)
    .min(1)
    .refine((scores) => new Set(scores.map(nameOf)).size === scores.length, "two scores have the same name"),
]);
export type GivenScores = z.infer<typeof givenScoresSchema>;

/**
 * Scores as a run keeps them. A number that has a verdict, its own or by `passAt`, gives `accuracy` too; both are for the first score
 * alone.
 */
export function scoresOf(given: GivenScores, passAt: number | undefined): Score[] {
  const [first, ...others] = Array.isArray(given) ? given : [asScore(given)];
  if (first === undefined) return [];
  const byMark = passAt !== undefined && typeof first.value === "number" ? first.value >= passAt : undefined;
  const { passed = byMark } = first;
  const score = asKept({ ...first, passed });
  if (passed === undefined || score.name === "accuracy" || score.value === null) return [score, ...others.map(asKept)];
  const { name, value, ...about } = score;
  return [{ name: "accuracy", value: passed ? 1 : 0, ...about }, { name, value, passed }, ...others.map(asKept)];
}

function asScore(given: Exclude<GivenScores, readonly unknown[]>): GivenScore {
  if (typeof given === "boolean") return { passed: given };
  return typeof given === "object" && given !== null ? given : { value: given };
}

function nameOf({ name, value }: GivenScore): string {
  return name ?? (value === undefined ? "accuracy" : "score");
}

function asKept(given: GivenScore): Score {
  const { value = given.passed ? 1 : 0, passed, label, explanation, details } = given;
  const name = nameOf(given);
  if (value === null) {
    return { name, value, unscored: { code: "score.failed", message: explanation ?? "the scorer gave no value" } };
  }
  return {
    name,
    value,
    ...(passed !== undefined && { passed }),
    ...(label !== undefined && { label }),
    ...(explanation !== undefined && { explanation }),
    ...(details !== undefined && { details }),
  };
}
