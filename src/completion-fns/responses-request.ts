import type { CompletionRequest } from "../core/completion.ts";
import { isBag, type Json } from "../core/json.ts";
import type { Message, Prompt } from "../core/message.ts";
import { contentText } from "../core/prompt.ts";
import { chatMessages } from "./chat-request.ts";
import type { Parameters } from "./endpoint.ts";

/** Input items of a prompt: chat messages in the Responses API's own shapes. It knows no speaker names: they are left out. */
export function responsesInput(prompt: Prompt, textRole: "system" | "user"): readonly unknown[] {
  return chatMessages(prompt, textRole).flatMap(inputItems);
}

export function responsesWishes(request: CompletionRequest): Parameters {
  const { temperature, top_p, max_tokens, stop, seed, extra } = request.sampling;
  const top = request.top_logprobs;
  return {
    temperature,
    top_p,
    max_output_tokens: max_tokens,
    stop,
    seed,
    ...(top !== undefined && { top_logprobs: top, include: ["message.output_text.logprobs"] }),
    ...extra,
  };
}

export function responsesNeeds(request: CompletionRequest): Parameters {
  const { tools, tool_choice, json_schema } = request;
  return {
    // Otherwise the provider keeps every prompt and reply for a month.
    store: false,
    tools: tools?.map((tool) => ({ type: "function", strict: false, ...tool })),
    tool_choice: typeof tool_choice === "object" ? { type: "function", name: tool_choice.name } : tool_choice,
    text: json_schema && { format: { type: "json_schema", name: "reply", schema: json_schema, strict: true } },
  };
}

function inputItems(message: Message): unknown[] {
  if (message.role === "tool") {
    return [{ type: "function_call_output", call_id: message.tool_call_id ?? "", output: contentText(message) }];
  }
  const items: unknown[] = [];
  if (message.content !== null && message.content !== "") items.push({ role: message.role, content: inputContent(message) });
  for (const call of message.tool_calls ?? []) items.push(functionCall(call));
  return items;
}

function inputContent(message: Message): unknown {
  const { content, role } = message;
  if (!Array.isArray(content)) return content;
  return content.map((part) => {
    if (part.type === "text" && "text" in part)
      return { type: role === "assistant" ? "output_text" : "input_text", text: part.text };
    if (part.type === "image_url" && "image_url" in part && isBag(part.image_url)) {
      const { url, detail } = part.image_url;
      return { type: "input_image", image_url: url, detail: detail ?? "auto" };
    }
    return part;
  });
}

function functionCall(call: Json): unknown {
  if (!isBag(call) || !isBag(call.function)) return call;
  return { type: "function_call", call_id: call.id, name: call.function.name, arguments: call.function.arguments };
}
