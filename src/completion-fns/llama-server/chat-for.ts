import type { Message, Prompt } from "../../core/message.ts";
import { contentText } from "../../core/prompt.ts";
import { chatMessages } from "../chat-request.ts";
import type { ServerFacts } from "./server-facts.ts";

/**
 * The messages to send for a prompt. A chat of system messages alone, which is what a text becomes, is sent as the user's where the
 * model's template would lose it: the server would answer an empty prompt and say nothing.
 */
export function chatFor(
  { systemAlone }: Pick<ServerFacts, "systemAlone">,
  prompt: Prompt,
  textRole: "system" | "user",
): readonly Message[] {
  const messages = chatMessages(prompt, textRole);
  if (systemAlone || messages.some(({ role }) => role === "user")) return messages;
  return messages.map((message) =>
    message.role === "system" || message.role === "developer" ? { ...message, role: "user" } : message,
  );
}

/** What the prompt has the model say first. */
export function begunReply(prompt: Prompt): string {
  const last = typeof prompt === "string" ? undefined : prompt.at(-1);
  return last?.role === "assistant" ? contentText(last) : "";
}
