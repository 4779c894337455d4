import type { Message, Prompt } from "../../core/message.ts";
import { contentText } from "../../core/prompt.ts";

/** Providers that hand the prompt on as it is, and do not look for a chat in it. */
const takesText = /^(?:echo$|echo:|exec:|python:|ruby:|golang:|file:|https?:|webhook:|wss?:|package:)/;

/**
 * A prompt as promptfoo takes it, which is a text: a chat is its messages in JSON. A text, or a chat of one message of the user's, goes as
 * it is.
 *
 * Chat providers read any text as JSON that is some: `42` would be the messages themselves. Such a text goes as a chat.
 */
export function promptText(prompt: Prompt, provider: string): string {
  const text = typeof prompt === "string" ? prompt : onlyQuestion(prompt);
  if (text === undefined) return JSON.stringify(prompt);
  return takesText.test(provider) || !looksLikeChat(text) ? text : JSON.stringify([{ role: "user", content: text }]);
}

function onlyQuestion([first, ...others]: readonly Message[]): string | undefined {
  if (first === undefined || others.length > 0 || first.role !== "user" || first.name !== undefined) return undefined;
  return typeof first.content === "string" ? contentText(first) : undefined;
}

function looksLikeChat(text: string): boolean {
  const start = text.trim();
  if (start.startsWith("{") || start.startsWith("[") || start.startsWith("- role:")) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
