import { z } from "zod";
import type { Completion, CompletionRequest } from "../../core/completion.ts";
import { toText } from "../../core/prompt.ts";
import { splitThinking } from "../../core/think.ts";
import type { Endpoint } from "../endpoint.ts";
import { contentLogprobs, contentLogprobsSchema } from "../token-logprobs.ts";

/** llama-server's own endpoint for texts. Special text in a prompt, such as `<|end|>`, is read as the token it names. */
export const nativeEndpoint: Endpoint = {
  path: "/completion",
  promptKey: "prompt",
  prompt: (prompt) => toText(prompt),
  wishes: (request) => {
    const { temperature, top_p, max_tokens, stop, seed, extra } = request.sampling;
    const top = request.top_logprobs;
    // At 0 the server leaves out the chosen token's own log-probability too.
    return {
      temperature,
      top_p,
      n_predict: max_tokens,
      stop,
      seed,
      ...(top !== undefined && { n_probs: Math.max(1, top) }),
      ...extra,
    };
  },
  needs: (request: CompletionRequest) => ({ json_schema: request.json_schema }),
  unknown: [],
  renames: {},
  topLogprobsMax: Number.POSITIVE_INFINITY,
  read: readNativeReply,
};

const replySchema = z.object({
  content: z.string(),
  stop_type: z.string(),
  model: z.string().optional(),
  tokens_evaluated: z.number().optional(),
  tokens_predicted: z.number().optional(),
  timings: z.object({ cache_n: z.number().optional() }).optional(),
  completion_probabilities: contentLogprobsSchema.optional(),
});

const finishes: { readonly [stopType: string]: Completion["finish"] } = { eos: "stop", word: "stop", limit: "length" };

function readNativeReply(data: unknown, ms: number, top: number | undefined): Completion {
  const reply = replySchema.parse(data);
  const { tokens_evaluated: input, tokens_predicted: output, timings, completion_probabilities: tokens } = reply;
  return {
    ...splitThinking(reply.content),
    finish: finishes[reply.stop_type] ?? "other",
    ms,
    ...(top !== undefined && tokens && { logprobs: contentLogprobs(tokens, top) }),
    ...(input !== undefined &&
      output !== undefined && { usage: { input, output, ...(timings?.cache_n !== undefined && { cached: timings.cache_n }) } }),
    ...(reply.model !== undefined && { served: { model: reply.model } }),
  };
}
