import { z } from "zod";

/** The version of the leak file that this code writes; older ones stay readable. */
export const leakFormat = 1;

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** Raised whenever the finder finds otherwise in the same two files: what was found before is then looked for again. */
export const finderVersion = 1;

/**
 * How a sample was found in training data, the surest first: the same text; the same but for case, width, white space and punctuation;
 * more than half of its words stand in 8-word runs that one training row has too; nearly the same characters.
 */
export const leakKinds = ["exact", "normalised", "8-gram", "near"] as const;
export const leakKindSchema = z.enum(leakKinds);
export type LeakKind = z.infer<typeof leakKindSchema>;

/** Line 1 of a leak file: what was held against what. */
export const leaksLineSchema = z.object({
  type: z.literal("leaks"),
  format: z.int(),
  /** As the user named them, or relative to the registry's data: never an absolute path. */
  train: z.string(),
  eval: z.string(),
  /** Of the files' bytes. */
  train_hash: z.string(),
  eval_hash: z.string(),
  train_rows: count,
  samples: count,
  /** Samples found in the training data in one of `leakKinds`; there is a line for each. */
  leaked: count,
});
export type LeaksLine = z.infer<typeof leaksLineSchema>;

/** One sample that is in the training data. */
export const leakLineSchema = z.object({
  type: z.literal("leak"),
  id: z.string(),
  /** Content hash, as in `hashes.item` of a run's lines. */
  item: z.string(),
  kind: leakKindSchema,
  /** Of `8-gram`: share of its words that are covered; of `near`: Jaccard similarity or containment, the larger; else 1. */
  similarity: share,
  /** The training row that is most like it; the first row is 1. */
  train_row: z.int().positive(),
});
export type LeakLine = z.infer<typeof leakLineSchema>;

/** What a run's first line says of its eval's `train:`; each leaked sample's line says `leak`. */
export const runLeakageSchema = z.object({
  train: z.string(),
  train_hash: z.string(),
  train_rows: count,
  /** Of the eval's samples, and of those the run has selected. */
  leaked: count,
});
export type RunLeakage = z.infer<typeof runLeakageSchema>;
