import { FinegaugeError } from "../../core/errors.ts";
import type { Prompt } from "../../core/message.ts";
import { contentText } from "../../core/prompt.ts";
import { chatMessages } from "../chat-request.ts";
import type { Turn } from "./local-model.ts";

/**
 * A prompt as the turns of a chat template.
 *
 * @throws FinegaugeError `provider.rejected` for what a text-only template cannot say: images, tool calls, tool results
 */
export function chatTurns(prompt: Prompt, textRole: "system" | "user"): Turn[] {
  return chatMessages(prompt, textRole).map((message) => {
    const { role, content } = message;
    if (role === "tool" || (message.tool_calls?.length ?? 0) > 0) throw rejected("tool calls");
    if (Array.isArray(content) && content.some((part) => part.type !== "text")) throw rejected("parts that are not text");
    return { role: role === "developer" ? "system" : role, text: contentText(message) };
  });
}

function rejected(what: string): FinegaugeError {
  return new FinegaugeError("provider.rejected", `a model in this process cannot be sent ${what}`, {
    hint: "serve the model by llama-server, and use `class: llama-server`",
  });
}
