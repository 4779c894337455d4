import { contentText } from "../../core/prompt.ts";
import type { Conversation } from "../conversation.ts";
import { normaliseText } from "../leaks/normalise-text.ts";
import { countWords } from "../leaks/words.ts";

/** What tells whether two conversations are the same, all of it normalised. */
export interface SaidTexts {
  /** What stands before each answer: equal ones are one question. */
  readonly prompts: readonly string[];
  /** Before the last answer, without the system prompt. */
  readonly asked: string;
  /** All of it, without the system prompt. */
  readonly whole: string;
}

/** A shorter question says little without its system prompt: "Go on" is that of many tasks. */
const enoughWords = 8;

export function saidTexts({ messages }: Conversation): SaidTexts {
  let system = "";
  let asked = "";
  let whole = "";
  const prompts: string[] = [];
  for (const message of messages) {
    const text = normaliseText(contentText(message));
    if (message.role === "system" || message.role === "developer") {
      system += ` ${text}`;
      continue;
    }
    if (message.role === "assistant" && whole !== "") {
      asked = whole;
      prompts.push(countWords(asked, enoughWords) < enoughWords ? `${system}\n${asked}` : asked);
    }
    if (text !== "") whole += whole === "" ? text : `\n${text}`;
  }
  // A text without a question, or a question without an answer, is only itself.
  if (prompts.length === 0)
    return { prompts: [countWords(whole, enoughWords) < enoughWords ? `${system}\n${whole}` : whole], asked: whole, whole };
  return { prompts, asked, whole };
}
