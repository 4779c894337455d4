import { z } from "zod";
import type { Completion, Served, Usage } from "../core/completion.ts";

/** A success that holds no usable reply; the message goes on after the server's name. */
export class BadReply extends Error {}

const finishes: { readonly [reason: string]: Completion["finish"] } = {
  stop: "stop",
  eos: "stop",
  eos_token: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  tool_use: "tool_calls",
  content_filter: "content_filter",
  safety: "content_filter",
};

/** Why a reply ended, from the words that servers use for it. */
export function finishOf(reason: string | null | undefined): Completion["finish"] {
  if (reason === "error") throw new BadReply("ended its reply with an error");
  return finishes[reason?.toLowerCase() ?? ""] ?? "other";
}

const count = z.number().nonnegative();

/** Token counts that we cannot read are no reason to lose a reply that was paid for: hence `catch`. */
export const tokenUsageSchema = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
    completion_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
  })
  .nullish()
  .catch(undefined);

export function usageOf(from: z.infer<typeof tokenUsageSchema>): Usage | undefined {
  if (!from) return undefined;
  return usage(from.prompt_tokens, from.completion_tokens, {
    cached: from.prompt_tokens_details?.cached_tokens,
    reasoning: from.completion_tokens_details?.reasoning_tokens,
  });
}

export function usage(
  input: number,
  output: number,
  parts: { cached?: number | null | undefined; reasoning?: number | null | undefined },
): Usage {
  const counted: Usage = { input, output };
  if (typeof parts.cached === "number") counted.cached = parts.cached;
  if (typeof parts.reasoning === "number") counted.reasoning = parts.reasoning;
  return counted;
}

/** Fields of every reply that say who answered. */
export const servedFields = {
  model: z.string().nullish().catch(undefined),
  system_fingerprint: z.string().nullish().catch(undefined),
};

export function servedOf(from: {
  model?: string | null | undefined;
  system_fingerprint?: string | null | undefined;
}): Served | undefined {
  const served: Served = {};
  if (from.model) served.model = from.model;
  if (from.system_fingerprint) served.fingerprint = from.system_fingerprint;
  return served.model === undefined && served.fingerprint === undefined ? undefined : served;
}
