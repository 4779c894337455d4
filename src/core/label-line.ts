import { z } from "zod";
import { modelIdentitySchema } from "./completion.ts";

/** The version of the files of people's labels that this code writes; older ones stay readable. */
export const labelFormat = 1;

const count = z.int().nonnegative();

/** What a person said about a reply that a judge has graded. */
export const labelVerdicts = ["yes", "no", "unsure"] as const;
/** Which of two replies a person prefers; `skip`: no opinion. */
export const preferences = ["a", "b", "tie", "skip"] as const;

/** Line 1 of `<run>.labels.jsonl`. Labels say what the judge and its prompt were worth; another judge's worth they do not tell. */
const labelsHeadSchema = z.object({
  type: z.literal("labels"),
  format: z.int(),
  run: z.string(),
  eval: z.string(),
  judges: z.array(modelIdentitySchema),
  /** Of the grading prompt and its arguments. */
  scorer: z.object({ name: z.string(), hash: z.string() }),
  /** The score that the judge's verdict is: `accuracy`. */
  score: z.string(),
  started: z.string(),
});
export type LabelsHead = z.infer<typeof labelsHeadSchema>;

/** Line 1 of a file of preferences between the replies of two runs. */
const preferencesHeadSchema = z.object({
  type: z.literal("preferences"),
  format: z.int(),
  eval: z.string(),
  a: z.object({ run: z.string(), model: z.string() }),
  b: z.object({ run: z.string(), model: z.string() }),
  started: z.string(),
});
export type PreferencesHead = z.infer<typeof preferencesHeadSchema>;

/** What was drawn to be shown, in the order in which it is asked. Drawn again when more are wanted. */
const drawSchema = z.object({
  type: z.literal("draw"),
  /** Positions in issue order: of the run, or of `b` whose partner in `a` is `other`; `first` is shown first. */
  items: z.array(z.object({ seq: count, item: z.string(), other: count.optional(), first: z.enum(["a", "b"]).optional() })),
});
export type Drawn = z.infer<typeof drawSchema>["items"][number];

/** One answer; the last one about an item counts. */
const answerSchema = z.object({
  type: z.literal("answer"),
  seq: count,
  answer: z.enum([...labelVerdicts, ...preferences]),
  at: z.string(),
});
export type Answer = z.infer<typeof answerSchema>["answer"];

export const labelLineSchema = z.discriminatedUnion("type", [labelsHeadSchema, preferencesHeadSchema, drawSchema, answerSchema]);
export type LabelLine = z.infer<typeof labelLineSchema>;
