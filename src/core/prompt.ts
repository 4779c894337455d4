import { canonicalJson } from "./json.ts";
import type { Message, Prompt } from "./message.ts";

/** `canonicalJson` of a prompt; three times as fast for the messages that most chats are made of, and asked for every sample. */
export function canonicalPrompt(prompt: Prompt | null): string {
  if (prompt === null || typeof prompt === "string") return JSON.stringify(prompt);
  let text = "[";
  for (const message of prompt) text += text === "[" ? canonicalMessage(message) : `,${canonicalMessage(message)}`;
  return `${text}]`;
}

function canonicalMessage(message: Message): string {
  const { role, content } = message;
  let keys = 0;
  for (const _ in message) keys++;
  if (keys !== 2 || typeof content !== "string" || typeof role !== "string") return canonicalJson(message);
  return `{"content":${JSON.stringify(content)},"role":${JSON.stringify(role)}}`;
}

/** A text prompt as chat: one *system* message, as openai/evals sends it. Changing the role changes scores. */
export function toChat(prompt: Prompt): readonly Message[] {
  return typeof prompt === "string" ? [{ role: "system", content: prompt }] : prompt;
}

/**
 * A chat as one text, by openai/evals' rule: a single message is its content; else a line for each message with its speaker, and the
 * cue `Assistant:` at the end.
 *
 * @param cue leave out for a chat that is shown inside another prompt
 */
export function toText(prompt: Prompt, cue = true): string {
  if (typeof prompt === "string") return prompt;
  const [only] = prompt;
  if (only !== undefined && prompt.length === 1) return contentText(only);
  const lines = prompt.map((message) => `${speaker(message)}${contentText(message)}\n`).join("");
  return (cue ? `${lines}Assistant:` : lines).trimStart();
}

/** The text of a message; parts that are not text are named in brackets, so that nothing vanishes silently. */
export function contentText(message: Message): string {
  const { content } = message;
  if (content === null) return "";
  if (typeof content === "string") return content;
  return content.map((part) => ("text" in part && typeof part.text === "string" ? part.text : `[${part.type}]`)).join("");
}

function speaker(message: Message): string {
  const label = message.name ?? message.role;
  if (label === "system") return "";
  if (label === "example_user") return "User: ";
  if (label === "example_assistant") return "Assistant: ";
  return `${label.charAt(0).toUpperCase()}${label.slice(1).toLowerCase()}: `;
}
