import { z } from "zod";
import type { Likelihood } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { fitContext, joinWindows, rollingWindows, type ScoredToken, sumTokens } from "../continuation-windows.ts";
import type { OpenServer } from "./open-server.ts";

const entry = z.object({ id: z.number(), logprob: z.number() });
const lookSchema = z.object({ completion_probabilities: z.array(entry.extend({ top_logprobs: z.array(entry) })).optional() });

/** Larger than any logit, so that the token is chosen; the log-probabilities are those before it. */
const bias = 10_000;

/** So many of the likeliest tokens come with the context; most first tokens of continuations are among them. */
const firstLook = 100;

/**
 * Log-probability of each continuation after the same context, token by token: the server gives none of a prompt's tokens, so each
 * is forced as the one token of a reply, behind those before it.
 *
 * A token that ends inside a character is left out of a reply's log-probabilities. It is looked up among those of the whole vocabulary
 * instead, in a reply that is forced to end at once.
 *
 * @param context tokens, start token included; at least one
 * @throws FinegaugeError `provider.context-exceeded` when a continuation alone is too long, and what requests fail with
 */
export async function forceContinuations(
  { connection, facts }: Pick<OpenServer, "connection" | "facts">,
  context: readonly number[],
  continuations: readonly (readonly number[])[],
  signal: AbortSignal,
): Promise<Likelihood[]> {
  const { kept, dropped } = fitContext(context, continuations, facts.contextTokens);
  const look = async (prompt: readonly number[], forced: number | undefined, n_probs: number) => {
    const logit_bias = forced === undefined ? [] : [[forced, bias]];
    const body = { prompt, n_predict: 1, n_probs, temperature: 0, logit_bias, cache_prompt: true };
    const response_fields = ["completion_probabilities"];
    const { completion_probabilities: seen } = await connection.ask(
      lookSchema,
      "/completion",
      { ...body, response_fields },
      signal,
    );
    return seen?.[0];
  };
  const score = async (prompt: readonly number[], token: number): Promise<ScoredToken> => {
    const forced = await look(prompt, token, 1);
    if (forced?.id === token) return { logprob: forced.logprob, best: bestOf(forced.top_logprobs) };
    const all = forced === undefined ? ((await look(prompt, facts.endToken, facts.vocabulary ?? 1e6))?.top_logprobs ?? []) : [];
    const found = all.find(({ id }) => id === token);
    if (found !== undefined) return { logprob: found.logprob, best: bestOf(all) };
    throw new FinegaugeError(
      "provider.reply",
      `${connection.target.origin} was to give the token ${token} and gave ${forced?.id ?? "none"}`,
      {
        hint: "start the server without options that change what may be sampled",
      },
    );
  };

  const first = (await look(kept, facts.endToken, firstLook))?.top_logprobs ?? [];
  const likelihoods: Likelihood[] = [];
  for (const tokens of continuations) {
    const scored: ScoredToken[] = [];
    for (const [i, token] of tokens.entries()) {
      const seen = i === 0 ? first.find(({ id }) => id === token) : undefined;
      if (seen !== undefined) scored.push({ logprob: seen.logprob, best: bestOf(first) });
      else scored.push(await score([...kept, ...tokens.slice(0, i)], token));
    }
    likelihoods.push(sumTokens(scored, dropped));
  }
  return likelihoods;
}

/** Log-probability of a text, window by window. */
export async function forceRolling(
  server: Pick<OpenServer, "connection" | "facts">,
  prefix: readonly number[],
  text: readonly number[],
  signal: AbortSignal,
): Promise<Likelihood> {
  const parts: Likelihood[] = [];
  for (const { before, scored } of rollingWindows(text, prefix, server.facts.contextTokens - 1)) {
    parts.push(...(await forceContinuations(server, before, [scored], signal)));
  }
  return joinWindows(parts);
}

/** Best first, as the server lists them. */
function bestOf(entries: readonly { readonly logprob: number }[]): number {
  return entries[0]?.logprob ?? 0;
}
