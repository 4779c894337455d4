import type { Likelihood } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";

/**
 * Where a text in front of continuations ends: its trailing white space belongs to the continuation, since most vocabularies have
 * words with their space in front.
 *
 * @see lm-evaluation-harness, `TemplateLM._encode_pair`
 */
export function splitTrailingSpace(context: string): { kept: string; moved: string } {
  const kept = context.trimEnd();
  return { kept, moved: context.slice(kept.length) };
}

/**
 * The nearest part of a context that leaves room for its longest continuation.
 *
 * @param contextTokens what the model reads at once, of which one is left free
 * @throws FinegaugeError `provider.context-exceeded` when a continuation alone is too long
 */
export function fitContext(context: readonly number[], continuations: readonly (readonly number[])[], contextTokens: number) {
  const longest = Math.max(1, ...continuations.map((tokens) => tokens.length));
  // The last token of a continuation is only looked up, never read.
  const room = contextTokens - longest;
  if (room < 1) throw contextExceeded(longest + 1, contextTokens);
  const kept = context.slice(-room);
  return { kept, dropped: context.length - kept.length };
}

export function contextExceeded(prompt: number, context: number): FinegaugeError {
  return new FinegaugeError("provider.context-exceeded", `the prompt has ${prompt} tokens, the model's context ${context}`, {
    hint: "shorten it, or set context_tokens if the model was trained for more",
  });
}

/**
 * A text cut into disjoint windows: every token is scored once. The first window follows the prefix token; the last one keeps as much
 * text in front of it as fits, those between one token.
 *
 * @param width tokens that the model reads at once
 * @see lm-evaluation-harness, `get_rolling_token_windows`
 */
export function* rollingWindows(
  text: readonly number[],
  prefix: readonly number[],
  width: number,
): Generator<{ before: readonly number[]; scored: readonly number[] }, void, void> {
  for (let from = 0; from < text.length; from += width) {
    const end = Math.min(from + width, text.length);
    const before = from === 0 ? prefix : text.slice(Math.max(0, end - width - 1), from);
    yield { before, scored: text.slice(from, end) };
  }
}

/** The likelihood of a text by those of its windows. */
export function joinWindows(parts: readonly Likelihood[]): Likelihood {
  return {
    logprob: parts.reduce((total, part) => total + part.logprob, 0),
    tokens: parts.reduce((total, part) => total + part.tokens, 0),
    greedy: parts.every((part) => part.greedy),
    per_token: parts.flatMap((part) => part.per_token ?? []),
  };
}

/** What is known about one token of a continuation. */
export interface ScoredToken {
  readonly logprob: number;
  /** Of the model's own choice in that place. */
  readonly best: number;
}

export function sumTokens(tokens: readonly ScoredToken[], dropped: number): Likelihood {
  return {
    logprob: tokens.reduce((total, { logprob }) => total + logprob, 0),
    tokens: tokens.length,
    greedy: tokens.every(({ logprob, best }) => logprob >= best),
    ...(dropped > 0 && { context_dropped: dropped }),
    per_token: tokens.map(({ logprob }) => logprob),
  };
}
