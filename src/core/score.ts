import { z } from "zod";
import {
  type Capabilities,
  type Completion,
  type CompletionRequest,
  type Continuations,
  completionSchema,
  type Likelihood,
  type ModelIdentity,
} from "./completion.ts";
import { bagSchema } from "./json-schema.ts";
import type { Sample } from "./sample.ts";

/** One scorer's judgement of one sample. */
export const scoreSchema = z.object({
  /** Metric family: `accuracy`, `f1_score`. */
  name: z.string(),
  /** null = not scored: never in a mean, always counted and shown. */
  value: z.number().nullable(),
  /** The sample's verdict; a flip is a change of this. */
  passed: z.boolean().optional(),
  /** Choice, class or grade that the reply was taken to say. */
  label: z.string().optional(),
  /** Why, in one sentence. Untrusted text. */
  explanation: z.string().optional(),
  /** Present iff `value` is null. */
  unscored: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Small facts: `picked`, `invalid_label`. */
  details: bagSchema.optional(),
  /** Paid replies of judges, kept so that a grade can be parsed again. */
  judgements: z.array(z.object({ judge: z.string(), completion: completionSchema })).optional(),
});
export type Score = z.infer<typeof scoreSchema>;

/** What one sample needs from the model under test. */
export type Ask =
  | { readonly output: string; readonly n: number; readonly request: Omit<CompletionRequest, "sampling"> }
  | { readonly output: string; readonly continuations: Continuations };

/** n completions, or one likelihood for each continuation. */
export type Reply = readonly Completion[] | readonly Likelihood[];
/** By the output's name; the default ask's is `completion`. */
export type Replies = { readonly [output: string]: Reply };

/** A judge as a scorer sees it: retry and budget are around it, and every call is kept in the score. */
export interface Judge {
  readonly name: string;
  readonly identity: ModelIdentity;
  readonly capabilities: Capabilities;
  /** Throws FinegaugeError: `run.interrupted` when the run stops, else why there is no reply for good. */
  ask(request: CompletionRequest): Promise<Completion>;
  /** Vectors of texts, in the order asked; present where the judge can give them. Throws as `ask` does. */
  embed?(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

export interface ScorerContext {
  readonly judges: readonly Judge[];
  /** In [0, 1); seeded by run seed, sample, attempt and scorer. */
  readonly random: () => number;
  /** Aborted when the run stops. */
  readonly signal: AbortSignal;
}

/** Says what it needs asked, then judges. */
export interface Scorer {
  /** Unique in the run; two of a kind get `match:2`. */
  readonly name: string;
  /** Of kind, arguments and grading prompt: names the change in a comparison. */
  readonly hash: string;
  readonly needs: {
    readonly top_logprobs?: number;
    readonly continuations?: true;
    /** Likelihoods of whole texts. */
    readonly rolling?: true;
    readonly judge?: true;
    /** Of the model under test; with `judge`, of a judge. */
    readonly embeddings?: true;
    readonly tools?: true;
  };
  /** Default: one reply called `completion` to the sample's input. */
  asks?(sample: Sample): readonly Ask[];
  /** Present for a scorer that asks somebody else (a judge, a command): the reply is on disk before it starts. */
  readonly late?: true;
  /** Before the first sample of a run, for a scorer that needs a program running. Throws FinegaugeError. */
  start?(): Promise<void>;
  /** A promise only from a late scorer. */
  score(sample: Sample, replies: Replies, ctx: ScorerContext): readonly Score[] | Promise<readonly Score[]>;
  /** After the last one. */
  close?(): Promise<void>;
}

/**
 * The failure of a judge's server, or of the cache in its place, for which a sample has no grade, when nobody at all answered about it:
 * like a sample without a reply it is asked about again on a resume. What a judge did say, readable or not, stands.
 */
export function unanswered(scores: readonly Score[]): string | undefined {
  if (scores.some(({ judgements }) => judgements !== undefined)) return undefined;
  return scores.find(({ unscored }) => unscored !== undefined && isNoReply(unscored.code))?.unscored?.code;
}

function isNoReply(code: string): boolean {
  return code.startsWith("provider.") || code === "cache.miss";
}

/** The reply to the default ask. */
export function onlyCompletion(replies: Replies): Completion {
  const first = replies.completion?.[0];
  if (first === undefined || !("text" in first)) throw new Error("the reply called `completion` is missing");
  return first;
}
