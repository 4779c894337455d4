import type { CallContext, Completion, CompletionRequest, Likelihood, Sampling, Try } from "../core/completion.ts";
import type { Prompt } from "../core/message.ts";
import { seedFrom } from "../core/random.ts";
import type { Failure } from "../core/run-line.ts";
import type { Ask, Reply } from "../core/score.ts";
import { type Asked, type AskingSetup, askModel } from "./ask-model.ts";

/** How the questions of a run are put. */
export interface QuestionSetup {
  readonly asking: AskingSetup;
  readonly seed: number;
  readonly attempts: number;
  readonly sampling: Sampling;
  readonly topLogprobs: number | undefined;
  /** What the eval, and around that the completion function, puts around a prompt; undefined = nothing. */
  readonly wrap: ((prompt: Prompt) => Prompt) | undefined;
}

/** What one worker hands to its requests, which come one after the other. */
export interface WorkerContext extends CallContext {
  sample: { id: string; attempt: number };
  reply: number;
  seed: number;
  /** Failed tries of the request in hand. */
  tries: Try[];
}

export function workerContext({ stop, clock, startedAt, pace }: AskingSetup): WorkerContext {
  const context: WorkerContext = {
    signal: stop.drop,
    sample: { id: "", attempt: 0 },
    reply: 0,
    seed: 0,
    tries: [],
    onLimits: pace.told,
    onTry({ ms, status, code }) {
      const at_ms = Math.round(clock.monotonic() - startedAt - ms);
      context.tries.push({ at_ms, ms: Math.round(ms), wait_ms: 0, ...(status !== undefined && { status }), code });
    },
  };
  return context;
}

/** The replies to the first asks of a sample, up to the first one that failed. */
export interface Answers {
  readonly replies: readonly Reply[];
  readonly failure?: Failure;
}

/** An ask as it is sent: prompts, and contexts of continuations, with their wrapping. A text that is scored for itself stays as it is. */
export function wrapAsk(ask: Ask, wrap: QuestionSetup["wrap"]): Ask {
  if (wrap === undefined) return ask;
  if ("request" in ask) return { ...ask, request: { ...ask.request, prompt: wrap(ask.request.prompt) } };
  const { continuations } = ask;
  if (continuations.rolling === true) return ask;
  return { ...ask, continuations: { ...continuations, context: wrap(continuations.context) } };
}

/**
 * Puts the questions of one sample, one after the other.
 *
 * @param asks as they are sent
 * @returns undefined when the run was stopped before the last reply
 */
export function askSample(
  setup: QuestionSetup,
  context: WorkerContext,
  asks: readonly Ask[],
  id: string,
  attempt: number,
): Promise<Answers | undefined> {
  context.sample = { id, attempt };
  const [only] = asks;
  // Nearly every sample of nearly every run: spared what several questions need.
  if (asks.length === 1 && only !== undefined && "request" in only && only.n === 1) return askOnce(setup, context, only.request);
  return askAll(setup, context, asks);
}

async function askOnce(
  setup: QuestionSetup,
  context: WorkerContext,
  question: Omit<CompletionRequest, "sampling">,
): Promise<Answers | undefined> {
  const asked = await askText(setup, context, question, 0);
  if ("value" in asked) return { replies: [[withTries(asked.value, context.tries)]] };
  return "stopped" in asked ? undefined : { replies: [], failure: asked.failure };
}

async function askAll(setup: QuestionSetup, context: WorkerContext, asks: readonly Ask[]): Promise<Answers | undefined> {
  const replies: Reply[] = [];
  for (const ask of asks) {
    const asked = "request" in ask ? await askTexts(setup, context, ask) : await askLikelihoods(setup, context, ask);
    if ("stopped" in asked) return undefined;
    if ("failure" in asked) return { replies, failure: asked.failure };
    replies.push(asked.value);
  }
  return { replies };
}

async function askTexts(
  setup: QuestionSetup,
  context: WorkerContext,
  { n, request }: Extract<Ask, { request: unknown }>,
): Promise<Asked<readonly Completion[]>> {
  const completions: Completion[] = [];
  for (let reply = 0; reply < n; reply++) {
    const asked = await askText(setup, context, request, reply);
    if (!("value" in asked)) return asked;
    completions.push(withTries(asked.value, context.tries));
  }
  return { value: completions };
}

function askText(
  setup: QuestionSetup,
  context: WorkerContext,
  question: Omit<CompletionRequest, "sampling">,
  reply: number,
): Promise<Asked<Completion>> {
  const { asking } = setup;
  const tries = prepare(setup, context, reply);
  const request = requestOf(setup, context.sample, question, reply);
  const known = asking.fn.recall?.complete(request, context);
  if (known !== undefined) return Promise.resolve({ value: known });
  return askModel(asking, tries, () => asking.fn.complete(request, context));
}

function askLikelihoods(
  setup: QuestionSetup,
  context: WorkerContext,
  { continuations }: Extract<Ask, { continuations: unknown }>,
): Promise<Asked<readonly Likelihood[]>> {
  const { fn } = setup.asking;
  const tries = prepare(setup, context, 0);
  const known = fn.recall?.continuations(continuations, context);
  if (known !== undefined) return Promise.resolve({ value: known });
  return askModel(setup.asking, tries, () => {
    if (fn.continuations === undefined) throw new Error(`${fn.name} gives no likelihoods`);
    return fn.continuations(continuations, context);
  });
}

/** A reply is kept with the tries that came to nothing before it. */
function withTries(completion: Completion, tries: Try[]): Completion {
  return tries.length === 0 ? completion : { ...completion, tries };
}

/** Makes the context ready for one reply; returns where its failed tries are noted. */
function prepare({ seed }: QuestionSetup, context: WorkerContext, reply: number): Try[] {
  context.seed = drawingSeed(seed, context.sample, reply);
  context.reply = reply;
  context.tries = [];
  return context.tries;
}

/** A model that draws in this process would give the same reply n times from one seed. */
export function drawingSeed(seed: number, { id, attempt }: CallContext["sample"], reply: number): number {
  return seedFrom(reply === 0 ? `${seed}:${id}:${attempt}` : `${seed}:${id}:${attempt}:${reply}`);
}

export function requestOf(
  { sampling, attempts, topLogprobs }: Pick<QuestionSetup, "sampling" | "attempts" | "topLogprobs">,
  { id, attempt }: CallContext["sample"],
  question: Omit<CompletionRequest, "sampling">,
  reply: number,
): CompletionRequest {
  const { seed } = sampling;
  const only = attempts === 1 && reply === 0;
  const own = seed === undefined || only ? sampling : { ...sampling, seed: ownSeed(`${seed}:${id}:${attempt}:${reply}`) };
  if (topLogprobs === undefined) return { ...question, sampling: own };
  return { ...question, sampling: own, top_logprobs: Math.max(topLogprobs, question.top_logprobs ?? 0) };
}

/**
 * One seed for all replies to a question would give one reply many times over. 31 bits, since some servers take no more; from another
 * text than the context's seed, since a function may mix the two.
 */
function ownSeed(text: string): number {
  return seedFrom(`sampling:${text}`) & 0x7fffffff;
}
