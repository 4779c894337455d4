import type { CompletionRequest } from "../core/completion.ts";
import type { Message, Prompt } from "../core/message.ts";
import { toChat } from "../core/prompt.ts";
import type { Parameters } from "./endpoint.ts";

/** Messages of a prompt; a text becomes one message, by default of the system, which is what openai/evals sends. */
export function chatMessages(prompt: Prompt, textRole: "system" | "user"): readonly Message[] {
  return typeof prompt === "string" && textRole === "user" ? [{ role: "user", content: prompt }] : toChat(prompt);
}

export function chatWishes(request: CompletionRequest): Parameters {
  const { temperature, top_p, max_tokens, stop, seed, extra } = request.sampling;
  const top = request.top_logprobs;
  return {
    temperature,
    top_p,
    max_tokens,
    stop,
    seed,
    // At 0 alternatives llama-server leaves out the chosen token's own too, so one is asked for, and left out again.
    ...(top !== undefined && { logprobs: true, top_logprobs: Math.max(1, top) }),
    ...extra,
  };
}

export function chatNeeds(request: CompletionRequest): Parameters {
  const { tools, tool_choice, json_schema } = request;
  return {
    tools: tools?.map((tool) => ({ type: "function", function: tool })),
    tool_choice: typeof tool_choice === "object" ? { type: "function", function: { name: tool_choice.name } } : tool_choice,
    response_format: json_schema && { type: "json_schema", json_schema: { name: "reply", schema: json_schema, strict: true } },
  };
}
