import type { Likelihood } from "../../core/completion.ts";
import { checkStopped, contextExceeded } from "./generate.ts";
import type { LocalModel, Next } from "./local-model.ts";

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
 * Log-probability of each continuation after the same context: the sum over its tokens.
 *
 * Evaluates the context once; continuations of one token cost nothing more. A context that leaves no room is cut at its left.
 *
 * @param context tokens, start token included; at least one
 * @param continuations tokens of each; an empty one is certain
 * @throws FinegaugeError `provider.context-exceeded` when a continuation alone is too long, `run.interrupted`
 */
export async function scoreContinuations(
  model: LocalModel,
  context: readonly number[],
  continuations: readonly (readonly number[])[],
  signal: AbortSignal,
): Promise<Likelihood[]> {
  const longest = Math.max(1, ...continuations.map((tokens) => tokens.length));
  // The last token of a continuation is only looked up, never evaluated.
  const room = model.contextTokens - longest;
  if (room < 1) throw contextExceeded(longest + 1, model.contextTokens);
  const kept = context.slice(-room);
  const dropped = context.length - kept.length;
  const first = [...new Set(continuations.flatMap((tokens) => tokens.slice(0, 1)))];

  const evaluateContext = async (): Promise<Next> => {
    await model.clear();
    let after: Next | undefined;
    for (let from = 0; from < kept.length; from += model.batchTokens) {
      checkStopped(signal);
      const batch = kept.slice(from, from + model.batchTokens);
      const answers = await model.evaluate(batch, (index) =>
        from + index === kept.length - 1 ? { top: 1, tokens: first } : undefined,
      );
      after = answers.at(-1);
    }
    return after as Next;
  };

  const afterContext = await evaluateContext();
  const likelihoods: Likelihood[] = [];
  for (const tokens of continuations) {
    const steps: Next[] = tokens.length === 0 ? [] : [afterContext];
    if (tokens.length > 1) {
      checkStopped(signal);
      if (!(await model.rewind(kept.length))) await evaluateContext();
      const answers = await model.evaluate(tokens.slice(0, -1), (index) => ({
        top: 1,
        tokens: tokens.slice(index + 1, index + 2),
      }));
      steps.push(...(answers as Next[]));
    }
    likelihoods.push({ ...sum(tokens, steps), ...(dropped > 0 && { context_dropped: dropped }) });
  }
  return likelihoods;
}

/**
 * Log-probability of a text: disjoint windows, every token scored once. The first window follows the prefix token; the last one keeps
 * as much text in front of it as fits, those between one token.
 *
 * @see lm-evaluation-harness, `get_rolling_token_windows`
 */
export async function scoreRolling(
  model: LocalModel,
  prefix: readonly number[],
  text: readonly number[],
  signal: AbortSignal,
): Promise<Likelihood> {
  const width = model.contextTokens - 1;
  const parts: Likelihood[] = [];
  for (let from = 0; from < text.length; from += width) {
    const end = Math.min(from + width, text.length);
    const before = from === 0 ? prefix : text.slice(Math.max(0, end - width - 1), from);
    parts.push(...(await scoreContinuations(model, before, [text.slice(from, end)], signal)));
  }
  return {
    logprob: parts.reduce((total, part) => total + part.logprob, 0),
    tokens: text.length,
    greedy: parts.every((part) => part.greedy),
    per_token: parts.flatMap((part) => part.per_token ?? []),
  };
}

function sum(tokens: readonly number[], steps: readonly Next[]): Likelihood {
  const perToken = tokens.map((token, i) => (steps[i] as Next).logprob(token));
  return {
    logprob: perToken.reduce((total, logprob) => total + logprob, 0),
    tokens: tokens.length,
    greedy: perToken.every((logprob, i) => logprob >= ((steps[i] as Next).top[0]?.logprob ?? 0)),
    per_token: perToken,
  };
}
