import type { Message, Prompt } from "../core/message.ts";
import { contentText } from "../core/prompt.ts";

/** What is put around every prompt; another wrapping makes another model of it. */
export interface Wrapping {
  /** A system message in front of everything. */
  readonly system?: string | undefined;
  /** Example turns, in front of the last message. */
  readonly few_shot?: readonly Message[] | undefined;
  /** Takes the place of the last user message's text, which goes where it says `{input}`. */
  readonly template?: string | undefined;
}

/** A prompt with its wrapping. A text stays one under a template alone; a system message or examples make it the user's message of a chat. */
export function wrapPrompt(prompt: Prompt, wrapping: Wrapping): Prompt {
  const { system, few_shot: examples = [], template } = wrapping;
  const fill = (text: string) => (template === undefined ? text : template.replaceAll("{input}", () => text));
  if (typeof prompt === "string" && system === undefined && examples.length === 0) return fill(prompt);
  const asked: readonly Message[] = typeof prompt === "string" ? [{ role: "user", content: prompt }] : prompt;
  const last = asked.findLastIndex((message) => message.role === "user");
  const target = last < 0 ? asked.length - 1 : last;
  const filled = asked.map((message, i) => (i === target && template !== undefined ? withText(message, fill) : message));
  return [
    ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
    ...filled.slice(0, -1),
    ...examples,
    ...filled.slice(-1),
  ];
}

/** Images and the like stay, behind the text. */
function withText(message: Message, fill: (text: string) => string): Message {
  const { content } = message;
  if (!Array.isArray(content)) return { ...message, content: fill(content ?? "") };
  const texts = content.filter((part) => part.type === "text");
  const text = contentText({ role: message.role, content: texts });
  return { ...message, content: [{ type: "text", text: fill(text) }, ...content.filter((part) => part.type !== "text")] };
}
