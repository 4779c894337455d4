import type { Completion, TokenLogprob } from "../../core/completion.ts";
import { seededRandom } from "../../core/random.ts";
import { checkStopped } from "../check-stopped.ts";
import { contextExceeded } from "../continuation-windows.ts";
import { drawToken } from "./draw-token.ts";
import type { LocalModel, Next, Wanted } from "./local-model.ts";

export interface GenerateOptions {
  /** 0 = the most probable token each time. */
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number | undefined;
  /** The reply ends before the first of these. */
  readonly stop: readonly string[];
  /** As in a request: absent = no log-probabilities. */
  readonly topLogprobs: number | undefined;
  readonly seed: number;
  /** Looked at between tokens. */
  readonly signal: AbortSignal;
}

export interface Generated {
  readonly text: string;
  readonly finish: Completion["finish"];
  /** Made, without the end token. */
  readonly tokens: number;
  readonly logprobs?: TokenLogprob[];
}

/**
 * Asks a model for one token after another, with the model's own log-probabilities beside each.
 *
 * @param prompt tokens, from the start token on; at least one
 * @throws FinegaugeError `provider.context-exceeded`, `run.interrupted`
 */
export async function generate(model: LocalModel, prompt: readonly number[], options: GenerateOptions): Promise<Generated> {
  const room = model.contextTokens - prompt.length;
  if (room < 1) throw contextExceeded(prompt.length, model.contextTokens);
  const limit = Math.min(options.maxTokens ?? room, room);
  const greedy = options.temperature === 0;
  const wanted: Wanted = { top: greedy ? Math.max(1, options.topLogprobs ?? 0) : "all" };
  const random = seededRandom(options.seed);
  const reply = replyText(options.stop);
  const logprobs: TokenLogprob[] = [];
  let finish: Completion["finish"] | undefined;
  let tokens = 0;

  await model.clear();
  let next = await evaluateInBatches(model, prompt, wanted, options.signal);
  while (finish === undefined) {
    const drawn = greedy ? 0 : drawToken(logprobsOf(next), options.temperature, options.topP, random);
    const token = next.top[drawn]?.token;
    if (token === undefined) throw new Error("llama.cpp gave no token");
    if (model.isEnd(token)) {
      finish = "stop";
      break;
    }
    tokens++;
    if (options.topLogprobs !== undefined) logprobs.push(tokenLogprob(model, token, next, options.topLogprobs));
    if (reply.add(model.bytes(token))) finish = "stop";
    else if (tokens === limit) finish = "length";
    else next = await evaluateInBatches(model, [token], wanted, options.signal);
  }
  return {
    text: reply.text(),
    finish,
    tokens,
    ...(options.topLogprobs !== undefined && { logprobs: logprobs.slice(0, reply.tokens()) }),
  };
}

/** Evaluates what follows and gives what comes after its last token. */
async function evaluateInBatches(
  model: LocalModel,
  tokens: readonly number[],
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Next> {
  let next: Next | undefined;
  for (let from = 0; from < tokens.length; from += model.batchTokens) {
    checkStopped(signal);
    const batch = tokens.slice(from, from + model.batchTokens);
    const last = from + batch.length === tokens.length ? batch.length - 1 : -1;
    next = (await model.evaluate(batch, (index) => (index === last ? wanted : undefined)))[last];
  }
  if (next === undefined) throw new Error("nothing was evaluated");
  return next;
}

const logprobsOf = (next: Next): number[] => next.top.map(({ logprob }) => logprob);

function tokenLogprob(model: LocalModel, token: number, next: Next, top: number): TokenLogprob {
  const bytes = model.bytes(token);
  const text = bytes.toString("utf8");
  const best = next.top
    .slice(0, top)
    .map(({ token: id, logprob }) => ({ token: model.bytes(id).toString("utf8"), id, logprob: finite(logprob) }));
  return {
    token: text,
    ...(!Buffer.from(text).equals(bytes) && { bytes: [...bytes] }),
    id: token,
    logprob: finite(next.top.find((candidate) => candidate.token === token)?.logprob),
    ...(top > 0 && { top: best }),
  };
}

const finite = (logprob: number | undefined): number | null =>
  logprob !== undefined && Number.isFinite(logprob) ? logprob : null;

/** Joins the bytes of tokens to text, half characters included, and watches for the texts that end a reply. */
function replyText(stop: readonly string[]) {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const longest = Math.max(0, ...stop.map((text) => text.length));
  /** Length of the text after each token. */
  const lengths: number[] = [];
  let text = "";
  let end: number | undefined;
  return {
    /** True when the reply has ended. */
    add: (bytes: Buffer): boolean => {
      const from = Math.max(0, text.length - longest);
      text += decoder.decode(bytes, { stream: true });
      lengths.push(text.length);
      const found = stop
        .filter((each) => each !== "")
        .map((each) => text.indexOf(each, from))
        .filter((at) => at >= 0);
      if (found.length > 0) end = Math.min(...found);
      return end !== undefined;
    },
    text: (): string => (end === undefined ? text + decoder.decode() : text.slice(0, end)),
    /** How many tokens the text takes: those wholly behind its end are not part of it. */
    tokens: (): number => (end === undefined ? lengths.length : [0, ...lengths].findIndex((length) => length >= (end as number))),
  };
}
