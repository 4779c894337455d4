import { z } from "zod";
import { completionSchema } from "./completion.ts";
import { leakKindSchema } from "./leakage.ts";
import { endLineSchema, runLineSchema, sampleLineSchema } from "./run-line.ts";

/** The version of the baseline file that this code writes; older ones stay readable. */
export const baselineFormat = 1;

const count = z.int().nonnegative();

/** Line 1: what a comparison needs of the run apart from its samples. The file's name is the baseline's. */
export const baselineLineSchema = z.object({
  type: z.literal("baseline"),
  format: z.int(),
  /** The run's own first line; `inputs` is false where the replies were not kept. */
  run: runLineSchema,
  /** The run's own last line, with counts and metrics as its sample lines say them. */
  end: endLineSchema,
  latency: z.object({ n: count, p50: z.number(), p95: z.number(), max: z.number() }).nullable(),
  /** Replies that came from the response cache. */
  cached: count,
});
export type BaselineLine = z.infer<typeof baselineLineSchema>;

/**
 * `[name, value, passed, label]`; `passed` is null for a score without a pass mark, `label` is there when it is known. A score that has
 * no value is `[name, null, code]`.
 */
const scoreSchema = z.union([
  z.tuple([z.string(), z.number(), z.boolean().nullable(), z.string()]),
  z.tuple([z.string(), z.number(), z.boolean().nullable()]),
  z.tuple([z.string(), z.null(), z.string().nullable()]),
]);
export type BaselineScore = z.infer<typeof scoreSchema>;

const flagSchema = z.enum(["filtered", "cut_off", "empty", "refused", "invalid_label"]);
export type BaselineFlag = z.infer<typeof flagSchema>;

const attemptSchema = z.object({
  /** Absent: the place in the sample's list of attempts. */
  attempt: count.optional(),
  /** Position in the run's issue order. */
  seq: count,
  scores: z.array(scoreSchema).optional(),
  /** Code of what went wrong instead of a reply. */
  error: z.string().optional(),
  /** What the reply was counted as. */
  flags: z.array(flagSchema).optional(),
  /** `--with-replies`: the reply, and the other outputs of the same sample. */
  completion: completionSchema.optional(),
  outputs: sampleLineSchema.shape.more,
});
export type BaselineAttempt = z.infer<typeof attemptSchema>;

/** The last line: a hash of all before it, so that no line can be changed, added or taken away unseen. */
export const baselineSumSchema = z.object({
  type: z.literal("sum"),
  /** The first 16 hexadecimal digits of SHA-256 over the lines, each with `\n` behind it whatever ends it in the file. */
  sha256: z.string(),
});

/** Any line between: a sample with all its attempts. It has no `type`; a line that has one, and is not known, is skipped. */
export const baselineSampleSchema = attemptSchema.extend({
  id: z.string(),
  /** Item, ideal, and prompt where it is not the item's. */
  hashes: z.union([z.tuple([z.string(), z.string(), z.string()]), z.tuple([z.string(), z.string()])]),
  /** Samples with one number are not independent: the eval's `group_by`. */
  group: z.int().positive().optional(),
  /** The sample is in the training data that the eval names. */
  leak: leakKindSchema.optional(),
  /** Attempts after the first. */
  further: z.array(attemptSchema).optional(),
  /** `--with-replies`: what was asked, as the run has it. */
  content: sampleLineSchema
    .pick({ input: true, ideal: true, choices: true, answers: true, fields: true, metadata: true })
    .optional(),
});
export type BaselineSample = z.infer<typeof baselineSampleSchema>;
