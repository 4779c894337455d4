import { z } from "zod";
import { samplingSchema } from "./completion.ts";
import type { Bag, Json } from "./json.ts";
import { bagSchema } from "./json-schema.ts";

/** A gate as the registry has it; its rules are judged by `gate`, which also reads it from a run's first line. */
export const gateSpecSchema = z.strictObject({
  margin: z.record(z.string(), z.number().nonnegative()).optional(),
  rules: z.array(z.string()).optional(),
  inconclusive: z.enum(["fail", "warn", "pass"]).optional(),
  /** Measured numbers are those over samples that are not in the training data. */
  clean_only: z.boolean().optional(),
  /** Samples that must pass and may fail until a day, that day included. */
  quarantine: z
    .array(
      z.strictObject({
        id: z.string(),
        until: z.iso.date("a day such as 2026-12-31 is expected"),
        reason: z.string().optional(),
      }),
    )
    .optional(),
});
export type GateSpec = z.infer<typeof gateSpecSchema>;

/** A scorer beside the one that decides; its scores are called `<name>.<score>`. */
const furtherScorerSchema = z.object({
  /** Unique in the eval: `includes`, `includes:2`. */
  name: z.string(),
  class: z.string(),
  scorer: z.string(),
  compat: z.boolean(),
  args: bagSchema,
});

/** An eval as a run needs it: aliases followed, short names, no paths of this machine. Stands in a run's first line. */
export const evalSpecSchema = z.object({
  /** Concrete: `<base>.<split>.<version>`. */
  name: z.string(),
  base: z.string(),
  split: z.string(),
  description: z.string().optional(),
  disclaimer: z.string().optional(),
  /** The class as the registry writes it. */
  class: z.string(),
  /** Our name of it: `match`. */
  scorer: z.string(),
  /** Dotted class: reasoning text is scored too, as upstream does. */
  compat: z.boolean(),
  args: bagSchema,
  /** What else judges the same completion. */
  scorers: z.array(furtherScorerSchema).optional(),
  /** Who grades, by name, unless the command line says: of the eval, or of its grading prompt. */
  judge: z.array(z.string()).optional(),
  /** Label to its aliases. Another reply is an invalid label. */
  labels: z.record(z.string(), z.array(z.string())).optional(),
  /** What it costs to take a label for another, or for none (`other`); unlisted = 1, right = 0. */
  confusion_cost: z.record(z.string(), z.record(z.string(), z.number().nonnegative())).optional(),
  /** The scorer's defaults under the eval's own. */
  sampling: samplingSchema,
  /** Worked examples put into every prompt: how many rows, and the hash of their messages. */
  few_shot: z.object({ rows: z.int().positive(), hash: z.string() }).optional(),
  /** Path into a sample, e.g. `metadata.template`: samples with one value are not independent. */
  group_by: z.string().optional(),
  slices: z.array(z.string()).optional(),
  train: z.string().optional(),
  /** Name to expression. */
  metrics: z.record(z.string(), z.string()).optional(),
  higher_is_better: z.boolean().optional(),
  gate: gateSpecSchema.optional(),
});
export type EvalSpec = z.infer<typeof evalSpecSchema>;

/** The value at a dotted path such as `metadata.template` or `fields.lang`, which may come split; undefined where there is none. */
export function valueAt(holder: { readonly [key: string]: unknown }, path: string | readonly string[]): Json | undefined {
  let value: unknown = holder;
  for (const key of typeof path === "string" ? path.split(".") : path) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, key) ? (value as Bag)[key] : undefined;
  }
  return value as Json | undefined;
}
