import { z } from "zod";
import {
  type CallContext,
  type Capabilities,
  type Completion,
  type CompletionFn,
  completionSchema,
  type Likelihood,
  likelihoodSchema,
} from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { adaptFn } from "../adapt-fn.ts";
import { notKept, type ReplyKeys, replyKeys } from "./reply-key.ts";
import type { ReplyStore, StoredModel, StoredReply } from "./reply-store.ts";

/** `on`: asked is what is not there; `refresh`: all is asked, and kept in place of what is there; `only`: nothing is asked. */
export type CacheMode = "on" | "refresh" | "only";

export interface CachedFnOptions {
  readonly store: ReplyStore;
  readonly mode: CacheMode;
  /** ms since 1970. */
  readonly now: () => number;
  /** Takes keys out of what a server has said, before it is kept. */
  readonly redactLine: (text: string) => string;
  /** All that will be asked is there: then what the model can do is taken from there too, and its server may be away. */
  readonly answered?: boolean | undefined;
  /** Told why the model's replies are not kept. */
  readonly onNotKept?: (why: string) => void;
}

const likelihoodsSchema = z.array(likelihoodSchema);

/**
 * A completion function that asks only for what the cache does not have.
 *
 * What comes from there is marked, with the time at which the model gave it, and has neither a latency nor a cost. Kept are replies that
 * came to their own end or to `max_tokens`: no errors, nothing filtered, and nothing that came while the run was being dropped.
 * Embeddings are not kept.
 *
 * @throws FinegaugeError `cache.miss` under `only`, for a model that has nothing in the cache; and what `identity` throws
 */
export async function cachedFn(fn: CompletionFn, options: CachedFnOptions): Promise<CompletionFn> {
  const { store, mode, now } = options;
  const identity = await fn.identity();
  const why = notKept(identity);
  if (why !== undefined) {
    if (mode === "only") throw miss(`replies of ${fn.name} are not kept: ${why}`);
    options.onNotKept?.(why);
    return fn;
  }
  const keys = replyKeys(identity);
  const capabilities = await capabilitiesOf(fn, options);
  const model: StoredModel = { name: fn.name, identity, capabilities };

  const recall: NonNullable<CompletionFn["recall"]> = {
    complete: (request, by) => found(keys.complete(request, by), readCompletion),
    continuations: (request, by) =>
      found(keys.continuations(request, by), (reply) => readLikelihoods(reply, request.continuations.length)),
  };

  function found<Value>(key: string, read: (reply: StoredReply) => Value | undefined): Value | undefined {
    const reply = mode === "refresh" ? undefined : store.read(key);
    return reply === undefined ? undefined : read(reply);
  }

  /** Asks, and keeps what came. */
  async function asked<Value>(
    key: string,
    { signal }: CallContext,
    ask: () => Promise<Value>,
    textOf: (value: Value) => string | undefined,
  ): Promise<Value> {
    if (mode === "only") throw miss(`the cache has no reply of ${fn.name} to this`);
    const value = await ask();
    const text = signal.aborted ? undefined : textOf(value);
    if (text !== undefined) store.write(key, model, { stored: now(), value: options.redactLine(text) });
    return value;
  }

  const { continuations, embed } = fn;
  return adaptFn(fn, {
    identity: async () => identity,
    capabilities: async () => capabilities,
    recall,
    // Looked for again: while a question waited for its turn somebody may have got the reply.
    complete: async (request, ctx) =>
      recall.complete(request, ctx) ?? asked(keys.complete(request, ctx), ctx, () => fn.complete(request, ctx), completionText),
    ...(continuations && {
      continuations: async (request, ctx) =>
        recall.continuations(request, ctx) ??
        asked(keys.continuations(request, ctx), ctx, () => continuations.call(fn, request, ctx), JSON.stringify),
    }),
    ...(embed && mode === "only" && { embed: () => Promise.reject(miss("embeddings are not kept in the cache")) }),
  });
}

/** A server is not asked what it can do where it may be asked nothing. */
async function capabilitiesOf(fn: CompletionFn, { store, mode, answered = false }: CachedFnOptions): Promise<Capabilities> {
  const known = mode === "only" || answered ? store.capabilities(await fn.identity()) : undefined;
  if (known !== undefined) return known;
  if (mode !== "only") return fn.capabilities();
  throw miss(`the cache has no reply of ${fn.name}`);
}

/** Which of a model's questions are answered there; undefined when its replies are not kept. */
export async function openLookup(fn: Pick<CompletionFn, "identity">, store: ReplyStore) {
  const identity = await fn.identity();
  if (notKept(identity) !== undefined) return undefined;
  const keys: ReplyKeys = replyKeys(identity);
  return { keys, stored: store.stored };
}

function completionText(completion: Completion): string | undefined {
  const { cost: _cost, tries: _tries, cached, cached_at: _at, ...kept } = completion;
  const whole = kept.finish === "stop" || kept.finish === "length" || kept.finish === "tool_calls";
  return whole && cached !== true ? JSON.stringify(kept) : undefined;
}

/** What an earlier version wrote and this one cannot read is not there. */
function readCompletion({ stored, value }: StoredReply): Completion | undefined {
  const parsed = completionSchema.safeParse(jsonIn(value));
  return parsed.success ? { ...parsed.data, ms: 0, cached: true, cached_at: new Date(stored).toISOString() } : undefined;
}

function readLikelihoods({ stored, value }: StoredReply, count: number): readonly Likelihood[] | undefined {
  const parsed = likelihoodsSchema.length(count).safeParse(jsonIn(value));
  if (!parsed.success) return undefined;
  const cached_at = new Date(stored).toISOString();
  return parsed.data.map((likelihood) => ({ ...likelihood, cached: true, cached_at }));
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function miss(message: string): FinegaugeError {
  return new FinegaugeError("cache.miss", message, { hint: "--cache on asks for what is not there" });
}
