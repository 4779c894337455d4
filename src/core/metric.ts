import { z } from "zod";

/**
 * `method` names the formula: wilson, clopper-pearson, clt-t, cluster-t; cluster-wilson and cluster-clopper-pearson on an effective
 * sample size; alike, the exact bound for values that do not differ.
 */
const intervalSchema = z.object({
  low: z.number(),
  high: z.number(),
  level: z.number(),
  sides: z.union([z.literal(1), z.literal(2)]),
  method: z.string(),
});
export type Interval = z.infer<typeof intervalSchema>;

/** A number over the scores of a run. null = not available, and `reason` says why. */
export const metricSchema = z.object({
  name: z.string(),
  value: z.number().nullable(),
  se: z.number().nullable(),
  interval: intervalSchema.nullable(),
  /** Scored (sample, attempt) pairs; n + errors + unscored = selected, in a finished run. */
  n: z.number(),
  groups: z.number().nullable(),
  errors: z.number(),
  unscored: z.number(),
  better: z.enum(["higher", "lower"]).nullable(),
  unit: z.enum(["1", "ms", "usd", "tokens", "nats", "bits", "cost"]),
  reason: z.string().optional(),
});
export type Metric = z.infer<typeof metricSchema>;
