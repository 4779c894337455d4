import { z } from "zod";
import type { Labels } from "../core/catalogue.ts";
import { samplingSchema } from "../core/completion.ts";
import { gateSpecSchema } from "../core/eval-spec.ts";

const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** A path into a sample, such as `metadata.template`. */
const samplePath = z
  .string()
  .regex(/^(id|index|ideal|input|(metadata|fields)(\.[^.]+)+)$/, "a path into the sample is expected, e.g. metadata.template");

/** `[a, b]`, or `{ a: [other words for a], b: null }`, as label to aliases. A word may stand for one label only. */
const labelsSchema = z
  .union([
    z.array(word).transform((labels) => labels.map((label): [string, string[]] => [label, []])),
    z
      .record(z.string(), z.union([word.transform((alias) => [alias]), z.array(word), z.null().transform((): string[] => [])]))
      .transform(Object.entries),
  ])
  .transform((pairs, ctx): Labels => {
    const owner = new Map<string, string>();
    for (const [label, aliases] of pairs as [string, string[]][]) {
      for (const text of new Set([label, ...aliases])) {
        if (owner.has(text)) ctx.addIssue({ code: "custom", message: `"${text}" stands for two labels` });
        owner.set(text, label);
      }
    }
    return Object.fromEntries(pairs);
  });

/** An eval in YAML: openai/evals' keys, then ours. */
export const evalEntrySchema = z.object({
  /** The name that this one stands for. */
  id: z.string().optional(),
  /** Short (`match`) or dotted (`evals.elsuite.basic.match:Match`). */
  class: z.string().min(1).optional(),
  args: z.record(z.string(), z.json()).nullish(),
  /** What else judges the same completion; the class above decides. */
  scorers: z
    .array(z.strictObject({ class: z.string().min(1), args: z.record(z.string(), z.json()).nullish() }))
    .min(1)
    .optional(),
  description: z.string().optional(),
  disclaimer: z.string().optional(),
  higher_is_better: z.boolean().optional(),
  /** A list is openai/evals' documentation and has no effect; a mapping is name to expression. */
  metrics: z
    .union([z.array(z.string()), z.record(z.string(), z.union([z.string(), z.number()]).transform(String))])
    .nullish()
    .transform((metrics) => (Array.isArray(metrics) ? undefined : (metrics ?? undefined))),
  labels: labelsSchema.optional(),
  /** Right label to label given, or `other`, to what that costs. */
  confusion_cost: z.record(z.string(), z.record(z.string(), z.number().nonnegative())).optional(),
  /** Who grades the replies: models by name, several for a majority. */
  judge: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((judge) => (typeof judge === "string" ? [judge] : judge))
    .optional(),
  sampling: samplingSchema.optional(),
  group_by: samplePath.optional(),
  slices: z.array(samplePath).optional(),
  /** Path of the training data, against which leakage is checked. */
  train: z.string().min(1).optional(),
  gate: gateSpecSchema.optional(),
});
export type EvalEntry = z.output<typeof evalEntrySchema>;

/** Keys of an alias that say something about the evals whose names start with it; its other keys have no effect. */
export const aliasKeys: ReadonlySet<string> = new Set(["id", "description", "disclaimer", "higher_is_better", "metrics"]);

export const evalSetSchema = z.object({ evals: z.array(z.string().min(1)).min(1), description: z.string().optional() });
