import { z } from "zod";
import {
  capabilitiesSchema,
  completionSchema,
  likelihoodSchema,
  modelIdentitySchema,
  samplingSchema,
  servedSchema,
  trySchema,
  usageSchema,
} from "./completion.ts";
import { bagSchema } from "./json-schema.ts";
import { leakKindSchema, runLeakageSchema } from "./leakage.ts";
import { promptSchema } from "./message.ts";
import { metricSchema } from "./metric.ts";
import { scoreSchema } from "./score.ts";

/** The version of the run file that this code writes; older ones stay readable. */
export const runFormat = 1;

const count = z.int().nonnegative();

/** Line 1. Everything known before the first request; an equal `resume_hash` is the condition for appending. */
export const runLineSchema = z.object({
  type: z.literal("run"),
  format: z.int(),
  /** ULID; the run's identity, whatever its file is called. */
  id: z.string(),
  tool: z.string(),
  started: z.string(),
  /** Concrete name of the eval. */
  eval: z.string(),
  /** Resolved, so that a run can be scored again from its file alone. */
  spec: bagSchema,
  spec_hash: z.string(),
  data: z.object({
    hash: z.string(),
    samples: count,
    ids: z.enum(["given", "line"]),
    order: z.string(),
    seed: z.int(),
    selected: count,
  }),
  completion_fn: z.string(),
  model: modelIdentitySchema,
  capabilities: capabilitiesSchema,
  judges: z.array(modelIdentitySchema),
  scorers: z.array(z.object({ name: z.string(), hash: z.string() })),
  sampling: samplingSchema,
  attempts: z.int().positive(),
  /** false: --no-inputs. */
  inputs: z.boolean(),
  /** Requests at once; where the width adapts, at the beginning. */
  concurrency: z.int().positive(),
  prices: z.string().optional(),
  /** Where the eval names its training data: how many of its samples are in there. */
  leakage: runLeakageSchema.optional(),
  /** Of spec, data, model, judges, sampling and order. */
  resume_hash: z.string(),
  derived_from: z
    .object({
      run: z.string(),
      by: z.enum(["rescore", "import", "merge"]),
      source: z.string().optional(),
      /** What was asked, where it was not this eval by this program: another eval's name, another harness's. */
      asked: z.string().optional(),
    })
    .optional(),
});
export type RunLine = z.infer<typeof runLineSchema>;

/** Why a sample has no reply. The message holds no keys and no paths. */
const failureSchema = z.object({ code: z.string(), message: z.string(), tries: z.array(trySchema) });
export type Failure = z.infer<typeof failureSchema>;

const keyed = {
  id: z.string(),
  attempt: count,
  /** Position in issue order: sums and sequential tests go by it. */
  seq: count,
  index: count,
};

/** One for each (sample, attempt), written when the reply is complete, with the scores of synchronous scorers. */
export const sampleLineSchema = z.object({
  type: z.literal("sample"),
  ...keyed,
  scores: z.array(scoreSchema).optional(),
  error: failureSchema.optional(),
  /** The first reply of the first output. */
  completion: completionSchema.optional(),
  /** All other replies, by output; absent when there is that one alone. */
  more: z.record(z.string(), z.array(z.union([completionSchema, likelihoodSchema]))).optional(),
  /** `prompt` as it was sent: a comparison says which of the three changed. */
  hashes: z.object({ item: z.string(), ideal: z.string(), prompt: z.string() }),
  /** The sample is in the training data that the eval names. */
  leak: leakKindSchema.optional(),
  metadata: bagSchema.optional(),
  input: promptSchema.nullable().optional(),
  ideal: z.array(z.string()).optional(),
  choices: z.array(z.string()).optional(),
  answers: z.array(z.number()).optional(),
  fields: bagSchema.optional(),
});
export type SampleLine = z.infer<typeof sampleLineSchema>;

/** Scores that came after the reply was on disk: a judge's or a command's. */
const scoreLineSchema = z.object({ type: z.literal("score"), ...keyed, scores: z.array(scoreSchema) });
export type ScoreLine = z.infer<typeof scoreLineSchema>;

/** A resume, and how many error lines it asks again. */
const sessionLineSchema = z.object({
  type: z.literal("session"),
  at: z.string(),
  tool: z.string(),
  build: z.string().optional(),
  dropped_errors: count,
  /** Of all sessions before, as far as they are known: a killed one wrote no end. */
  wall_ms: z.number().optional(),
});
export type SessionLine = z.infer<typeof sessionLineSchema>;

/** What is counted beside accuracy, over (sample, attempt) pairs. */
export const countsSchema = z.object({
  selected: count,
  /** Those that have a line: scored, unscored and errors. */
  done: count,
  errors: count,
  unscored: count,
  filtered: count,
  cut_off: count,
  empty: count,
  refused: count,
  invalid_label: count,
  /** Length of the longest finished run of seq from 0: the only unbiased part of a stopped run. */
  prefix: count,
});
export type Counts = z.infer<typeof countsSchema>;

/** What came from the response cache. */
const cachedCountsSchema = z.object({
  /** Replies of the model, and of judges. */
  replies: count,
  grades: count,
  oldest: z.string().optional(),
});

/** How many requests were under way at once, and what the server thought of it. */
const widthFoundSchema = z.object({
  start: count,
  least: count,
  most: count,
  last: count,
  /** Requests that the server refused for coming too soon. */
  refused: count,
  /** Times at which nobody was asked because somebody had been told to wait, and for how long in all. */
  pauses: count,
  paused_ms: z.number(),
  /** Requests a second, where a limit has shown. */
  per_second: z.number().optional(),
});

/** The last one in a file wins; none = unfinished. */
export const endLineSchema = z.object({
  type: z.literal("end"),
  at: z.string(),
  status: z.enum(["complete", "stopped", "failed"]),
  reason: z.string().optional(),
  counts: countsSchema,
  metrics: z.array(metricSchema),
  /** Who really answered, and how often. */
  served: z.array(servedSchema.extend({ n: count })),
  usage: z.object({ model: usageSchema, judge: usageSchema }),
  cost: z.object({ model: z.number().optional(), judge: z.number().optional() }),
  /** (sample, attempt) pairs with something from the response cache, and when its oldest was given; absent = nothing came from there. */
  cached: cachedCountsSchema.optional(),
  /** Over all sessions. */
  wall_ms: z.number(),
  /** How the last session went about it. */
  width: widthFoundSchema.optional(),
});
export type EndLine = z.infer<typeof endLineSchema>;

export const runFileLineSchema = z.discriminatedUnion("type", [
  runLineSchema,
  sampleLineSchema,
  scoreLineSchema,
  sessionLineSchema,
  endLineSchema,
]);
export type RunFileLine = z.infer<typeof runFileLineSchema>;
