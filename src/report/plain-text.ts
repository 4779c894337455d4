import type { Message, Prompt } from "../core/message.ts";

/** A prompt as one text: chat messages under their roles, what is no text by its type. */
export function plainText(prompt: Prompt | null): string {
  if (prompt === null || typeof prompt === "string") return prompt ?? "";
  return prompt.map((message) => `${message.role}: ${contentText(message.content)}`).join("\n\n");
}

function contentText(content: Message["content"]): string {
  if (content === null || typeof content === "string") return content ?? "";
  return content.map((part) => ("text" in part && typeof part.text === "string" ? part.text : `[${part.type}]`)).join("\n");
}

/** The end of a prompt as text, where the question stands: what comes before is often the same in every sample. */
export function lastLines(text: string): string {
  const last = text.slice(text.lastIndexOf("\n\n") + 1).trim();
  return last.replace(/^\w+: /, "");
}
