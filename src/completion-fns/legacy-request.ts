import type { CompletionRequest } from "../core/completion.ts";
import type { Parameters } from "./endpoint.ts";

export function legacyWishes(request: CompletionRequest): Parameters {
  const { temperature, top_p, max_tokens, stop, seed, extra } = request.sampling;
  const top = request.top_logprobs;
  return { temperature, top_p, max_tokens, stop, seed, logprobs: top === undefined ? undefined : Math.max(1, top), ...extra };
}
