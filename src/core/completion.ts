import { z } from "zod";
import type { Bag } from "./json.ts";
import { bagSchema } from "./json-schema.ts";
import { type Prompt, toolCallSchema } from "./message.ts";
import type { RateLimits } from "./rate-limits.ts";

const tokens = z.number().nonnegative();

/** Tokens of a reply as the provider counted them; a part that was not reported is absent, never 0. */
export const usageSchema = z.object({
  input: tokens,
  output: tokens,
  cached: tokens.optional(),
  reasoning: tokens.optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** What answered, per reply; may change in mid-run. */
export const servedSchema = z.object({
  model: z.string().optional(),
  fingerprint: z.string().optional(),
  build: z.string().optional(),
});
export type Served = z.infer<typeof servedSchema>;

/** One failed request: milliseconds since the run's start, its duration, and the wait before the next. */
export const trySchema = z.object({
  at_ms: z.number(),
  ms: z.number(),
  wait_ms: z.number(),
  status: z.number().optional(),
  code: z.string(),
});
export type Try = z.infer<typeof trySchema>;

const logprob = z.number().nullable();

/** One generated token; natural logarithm of the model's own probability, before temperature, bias or grammar; null = probability 0. */
export const tokenLogprobSchema = z.object({
  token: z.string(),
  /** Only when `token` is not exact, because the bytes are no UTF-8 text. */
  bytes: z.array(z.number()).optional(),
  id: z.number().optional(),
  logprob,
  /** Best first. */
  top: z.array(z.object({ token: z.string(), id: z.number().optional(), logprob })).optional(),
});
export type TokenLogprob = z.infer<typeof tokenLogprobSchema>;

/** Of what the response cache answered. */
const cachedParts = {
  /** From the response cache: left out of latency and cost. */
  cached: z.literal(true).optional(),
  /** ISO 8601: when the model gave it. */
  cached_at: z.string().optional(),
};

/** A reply. */
export const completionSchema = z.object({
  /** Without leading `<think>` text; "" is a legal reply. */
  text: z.string(),
  /** The reply's leading `<think>` part exactly as it stood, so that `thinking + text` is the whole; not scored. */
  thinking: z.string().optional(),
  /** Reasoning that the server sent in a field of its own. */
  reasoning: z.string().optional(),
  finish: z.enum(["stop", "length", "tool_calls", "content_filter", "other"]),
  tool_calls: z.array(toolCallSchema).optional(),
  /** The provider's refusal text: a reply, not an error. */
  refusal: z.string().optional(),
  logprobs: z.array(tokenLogprobSchema).optional(),
  usage: usageSchema.optional(),
  /** US dollars by the price table that the run names. */
  cost: z.number().optional(),
  /** The last try, first byte sent to last byte read; queueing excluded. 0 = not known: another harness's log, the response cache. */
  ms: z.number(),
  /** Failed tries before this one; absent = the first worked. */
  tries: z.array(trySchema).optional(),
  served: servedSchema.optional(),
  ...cachedParts,
  /** Parameters that the model refused and that were dropped or renamed, e.g. `temperature: dropped`. */
  adjusted: z.array(z.string()).optional(),
});
export type Completion = z.infer<typeof completionSchema>;

/** Log-probability of a given continuation. */
export const likelihoodSchema = z.object({
  logprob: z.number(),
  tokens: z.number(),
  /** Is it what the model would have said itself. */
  greedy: z.boolean(),
  /** Tokens of the context that were cut off at the left; shown. */
  context_dropped: z.number().optional(),
  per_token: z.array(z.number()).optional(),
  ...cachedParts,
});
export type Likelihood = z.infer<typeof likelihoodSchema>;

/** How to sample; an absent field leaves the provider's default. `extra` is merged into the request last. */
export const samplingSchema = z.strictObject({
  temperature: z.number().nonnegative().optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: z.int().positive().optional(),
  stop: z.array(z.string()).optional(),
  seed: z.int().optional(),
  extra: bagSchema.optional(),
});
export type Sampling = z.infer<typeof samplingSchema>;

export interface CompletionRequest {
  /** Final: few-shot, templates and conversions are applied. */
  readonly prompt: Prompt;
  readonly sampling: Sampling;
  readonly tools?: readonly { readonly name: string; readonly description?: string; readonly parameters: Bag }[];
  readonly tool_choice?: "auto" | "none" | "required" | { readonly name: string };
  readonly json_schema?: Bag;
  /** Absent = no log-probabilities; 0 = of the chosen tokens only; k = alternatives too. */
  readonly top_logprobs?: number | undefined;
}

export interface Continuations {
  readonly context: Prompt;
  readonly continuations: readonly string[];
  /** Score the text itself, in disjoint windows; `context` is "". */
  readonly rolling?: boolean;
}

/** Whether a model can do something; the reason goes into the refusal. */
const supportSchema = z.union([z.literal("yes"), z.literal("no"), z.object({ no: z.string() })]);
export type Support = z.infer<typeof supportSchema>;

export const capabilitiesSchema = z.object({
  chat: supportSchema,
  text: supportSchema,
  logprobs: supportSchema,
  top_logprobs_max: z.number(),
  continuations: supportSchema,
  /** Likelihoods of whole texts, with nothing in front of them; absent = as `continuations`. */
  rolling: supportSchema.optional(),
  embeddings: supportSchema,
  tools: supportSchema,
  json_schema: supportSchema,
  context_tokens: z.number().optional(),
  /** What the model can answer at once; the engine obeys it. 1 for a GGUF with one sequence. */
  concurrency_max: z.number().optional(),
  /** With how many it is well served at the beginning, where it knows. */
  concurrency_start: z.number().optional(),
  /** What a local model takes on disk, adapters included; of a llama-server its weights, as it says. No part of who it is. */
  size_bytes: z.number().nonnegative().optional(),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** What was asked for, known before the first request: resume check and cache key. No URL, no path. */
export const modelIdentitySchema = z.object({
  /** Class of the completion function: `openai`, `llama`, … */
  fn: z.string(),
  model: z.string(),
  endpoint_hash: z.string().optional(),
  file_sha256: z.string().optional(),
  template_sha256: z.string().optional(),
  adapters: z.array(z.string()).optional(),
  quantisation: z.string().optional(),
  build: z.string().optional(),
  /** Of `wrap:`; another prompt around the same model is another model. */
  wrap_hash: z.string().optional(),
});
export type ModelIdentity = z.infer<typeof modelIdentitySchema>;

export interface CallContext {
  /** Aborted when the run stops; one and the same for all requests of a run. */
  readonly signal: AbortSignal;
  /** Reports a failed request that the function itself repeats, e.g. without a refused parameter. */
  onTry(failed: { ms: number; status?: number | undefined; code: string }): void;
  /** Reports what the server says of its limits beside a reply or a refusal. */
  onLimits?(limits: RateLimits): void;
  /** Whose question this is; tells attempts of one question apart. */
  readonly sample: { readonly id: string; readonly attempt: number };
  /** Which of several replies to one question within an attempt, from 0; absent = the only one. */
  readonly reply?: number;
  /** For functions that sample in this process: from run seed, sample and attempt. */
  readonly seed: number;
}

/** Which of all replies to a question is meant. */
export type AskedBy = Pick<CallContext, "sample" | "reply" | "seed">;

/** A way to get replies (and likelihoods) from a model. */
export interface CompletionFn {
  /** Registry name or prefix form; paths and credentials removed. */
  readonly name: string;
  /** May hash a file; asked before anything is written. */
  identity(): Promise<ModelIdentity>;
  /** Declared, or probed once: fails with `provider.unreachable` when nobody listens. */
  capabilities(): Promise<Capabilities>;
  /** One line for the plan, e.g. `CPU, 1 thread`. */
  describe?(): string | undefined;
  /** Puts `wrap:` around a prompt; applied before the prompt is hashed and sent. */
  wrap?(prompt: Prompt): Prompt;
  /** Throws FinegaugeError only; `retry` in it says that the same request may be tried again. */
  complete(request: CompletionRequest, ctx: CallContext): Promise<Completion>;
  /** In the order asked; present iff supported. */
  continuations?(request: Continuations, ctx: CallContext): Promise<readonly Likelihood[]>;
  embed?(texts: readonly string[], ctx: CallContext): Promise<readonly Float32Array[]>;
  /** What need not be asked, from the response cache: looked for before a question takes its turn among the requests. */
  readonly recall?: {
    complete(request: CompletionRequest, by: AskedBy): Completion | undefined;
    continuations(request: Continuations, by: AskedBy): readonly Likelihood[] | undefined;
  };
  /** Frees model, process, pool. */
  close?(): Promise<void>;
}
