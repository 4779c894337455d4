import { hash64 } from "../../core/hash.ts";
import { contentText, toText } from "../../core/prompt.ts";
import type { Conversation, Turn } from "../conversation.ts";

/** A conversation as a question and what is to be learned of it. */
export interface Example {
  /** A chat's messages before its last answer, as one text; of prompt and completion the prompt, to the character. */
  readonly question: string;
  /** "" where the last word is nobody's answer. */
  readonly answer: string;
}

export function exampleOf({ messages }: Conversation): Example {
  const last = messages.at(-1);
  if (last?.role !== "assistant") return { question: toText(messages, false), answer: "" };
  return { question: toText(messages.slice(0, -1), false), answer: contentText(last) };
}

/** What tells one example from another: rows that are the same to the letter are one. */
export function exampleHash({ question, answer }: Example): string {
  return hash64(JSON.stringify([question, answer]));
}

/** The same conversation with another last answer, or with one where there was none. */
export function withAnswer(conversation: Conversation, answer: string): Conversation {
  const { messages } = conversation;
  const last = messages.at(-1);
  const before = last?.role === "assistant" ? messages.slice(0, -1) : messages;
  // A leading space is for models that go on writing a text.
  const turn: Turn = { role: "assistant", content: conversation.bare ? answer : answer.trim() };
  return { ...conversation, messages: [...before, turn] };
}
