import { contentText } from "../../core/prompt.ts";
import type { Conversation } from "../conversation.ts";
import { endings, lastEnding, lastSeparator, separators } from "../prepare/affix.ts";

/** What tells a model that goes on writing a text where a prompt ends and a completion begins and ends. */
export interface CompletionMarks {
  /** Behind each prompt; `auto`: one that stands in none. */
  readonly separator?: string | undefined;
  /** Completions begin with a space, as tokens of words do. */
  readonly leadingSpace?: boolean | undefined;
  /** Behind each completion; `auto`: one that stands in none. */
  readonly endMarker?: string | undefined;
}

/** Finds marks that no text has in it, text by text; one that all have at their end already stays it. */
export interface MarkFinder {
  see(conversation: Conversation): void;
  readonly separator: string;
  readonly endMarker: string;
}

export function markFinder(): MarkFinder {
  const prompts = freeMark(separators, lastSeparator);
  const completions = freeMark(endings, lastEnding);
  return {
    see({ messages }) {
      const [question, answer] = pairOf(messages);
      if (question !== undefined) prompts.see(contentText(question));
      if (answer !== undefined) completions.see(contentText(answer));
    },
    get separator() {
      return prompts.mark((mark, lines) => mark !== " ->" || !lines);
    },
    get endMarker() {
      return completions.mark(() => true);
    },
  };
}

function freeMark(candidates: readonly string[], otherwise: string) {
  const all = [...candidates, otherwise];
  const within = new Set<string>();
  const atEnd = new Set(all);
  let lines = false;
  let seen = false;
  return {
    see(text: string) {
      seen = true;
      lines ||= text.trimEnd().includes("\n");
      for (const mark of all) {
        const found = text.indexOf(mark);
        if (found >= 0) within.add(mark);
        if (!text.endsWith(mark) || found < text.length - mark.length) atEnd.delete(mark);
      }
    },
    mark(fits: (mark: string, lines: boolean) => boolean): string {
      const there = seen ? [...atEnd].sort((a, b) => b.length - a.length)[0] : undefined;
      return there ?? candidates.find((mark) => !within.has(mark) && fits(mark, lines)) ?? otherwise;
    },
  };
}

/** The prompt and the completion; undefined where there is none. */
function pairOf(messages: Conversation["messages"]) {
  const answer = messages.at(-1);
  const question = messages.at(-2);
  return [question?.role === "user" ? question : undefined, answer?.role === "assistant" ? answer : undefined] as const;
}

/** @returns the conversation with its marks, and what was put there */
export function markCompletion(conversation: Conversation, { separator, leadingSpace, endMarker }: CompletionMarks) {
  const changed: string[] = [];
  const messages = [...conversation.messages];
  const [question, answer] = pairOf(messages);
  if (question !== undefined && separator !== undefined) {
    const text = contentText(question);
    if (!text.endsWith(separator)) {
      changed.push("separator");
      messages[messages.length - 2] = { ...question, content: text + separator };
    }
  }
  if (answer !== undefined) {
    let text = contentText(answer);
    if (leadingSpace && !/^\s/.test(text)) {
      changed.push("leading space");
      text = ` ${text}`;
    }
    if (endMarker !== undefined && !text.endsWith(endMarker)) {
      changed.push("end marker");
      text += endMarker;
    }
    if (text !== contentText(answer)) messages[messages.length - 1] = { ...answer, content: text };
  }
  return { conversation: changed.length === 0 ? conversation : { ...conversation, messages }, changed };
}
