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

/** The token counts of a reply. Those that we cannot read are no reason to lose a reply that was paid for, and are absent. */
export function usageOf(from: unknown): Usage | undefined {
  const input = countIn(from, "prompt_tokens");
  const output = countIn(from, "completion_tokens");
  if (input === undefined || output === undefined) return undefined;
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = from as { [name: string]: unknown };
  return usage(input, output, { cached: countIn(prompt, "cached_tokens"), reasoning: countIn(completion, "reasoning_tokens") });
}

function countIn(holder: unknown, name: string): number | undefined {
  if (typeof holder !== "object" || holder === null) return undefined;
  const value = (holder as { [name: string]: unknown })[name];
  return typeof value === "number" && value >= 0 ? value : undefined;
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

/** Fields of every reply that say who answered; read with `servedOf`, since a strange one is no reason to lose the reply. */
export const servedFields = {
  model: z.unknown().optional(),
  system_fingerprint: z.unknown().optional(),
};

export function servedOf({ model, system_fingerprint }: { model?: unknown; system_fingerprint?: unknown }): Served | undefined {
  const served: Served = {};
  if (typeof model === "string" && model !== "") served.model = model;
  if (typeof system_fingerprint === "string" && system_fingerprint !== "") served.fingerprint = system_fingerprint;
  return served.model === undefined && served.fingerprint === undefined ? undefined : served;
}
