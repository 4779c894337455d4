import type { Likelihood } from "../../core/completion.ts";
import { checkStopped } from "../check-stopped.ts";
import { fitContext, joinWindows, rollingWindows, type ScoredToken, sumTokens } from "../continuation-windows.ts";
import type { LocalModel, Next } from "./local-model.ts";

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
  const { kept, dropped } = fitContext(context, continuations, model.contextTokens);
  const first = [...new Set(continuations.flatMap((tokens) => tokens.slice(0, 1)))];

  const evaluateContext = async (): Promise<Next> => {
    await model.clear();
    let after: Next | undefined;
    for (let from = 0; from < kept.length; from += model.batchTokens) {
      checkStopped(signal);
      const batch = kept.slice(from, from + model.batchTokens);
      const isLast = (index: number) => from + index === kept.length - 1;
      const answers = await model.evaluate(batch, (index) => (isLast(index) ? { top: 1, tokens: first } : undefined));
      after = answers.at(-1);
    }
    return after as Next;
  };

  const afterContext = await evaluateContext();
  const likelihoods: Likelihood[] = [];
  for (const tokens of continuations) {
    const steps = [afterContext];
    if (tokens.length > 1) {
      checkStopped(signal);
      if (!(await model.rewind(kept.length))) await evaluateContext();
      const answers = await model.evaluate(tokens.slice(0, -1), (index) => ({ top: 1, tokens: [tokens[index + 1] as number] }));
      steps.push(...(answers as Next[]));
    }
    likelihoods.push(
      sumTokens(
        tokens.map((token, i) => scoredToken(steps[i] as Next, token)),
        dropped,
      ),
    );
  }
  return likelihoods;
}

/** Log-probability of a text, window by window. */
export async function scoreRolling(
  model: LocalModel,
  prefix: readonly number[],
  text: readonly number[],
  signal: AbortSignal,
): Promise<Likelihood> {
  const parts: Likelihood[] = [];
  for (const { before, scored } of rollingWindows(text, prefix, model.contextTokens - 1)) {
    parts.push(...(await scoreContinuations(model, before, [scored], signal)));
  }
  return joinWindows(parts);
}

function scoredToken(next: Next, token: number): ScoredToken {
  return { logprob: next.logprob(token), best: next.top[0]?.logprob ?? 0 };
}
