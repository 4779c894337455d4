import { type Bag, isBag } from "../../core/json.ts";
import type { Conversation } from "../conversation.ts";
import { metadataWithId } from "./chat.ts";
import type { Format } from "./format.ts";
import { lostInTexts, questionAndAnswer } from "./lost.ts";
import { readRecords } from "./records.ts";

/** Prompt and completion, for models that go on writing a text: `{"prompt": "…", "completion": "…"}`. */
export const completions: Format = {
  read: (source) => readRecords(source, ofPair),
  write: ({ metadata = true }) => ({
    keepsMetadata: metadata,
    row(conversation) {
      const lost = lostInTexts(conversation);
      const only = questionAndAnswer(conversation);
      if (only === undefined) return { text: undefined, lost: ["several turns", ...lost] };
      const { system, question, answer } = only;
      const bag = metadataWithId(conversation);
      const row = { prompt: question, completion: answer, ...(metadata && Object.keys(bag).length > 0 && { metadata: bag }) };
      return { text: `${JSON.stringify(row)}\n`, lost: system === undefined ? lost : ["a system prompt", ...lost] };
    },
  }),
};

function ofPair({ prompt, completion, metadata, ...more }: Bag): Conversation | { readonly fault: string } {
  if (typeof prompt !== "string") return { fault: "has no prompt" };
  if (typeof completion !== "string") return { fault: "has no completion" };
  return bareConversation(prompt, completion, { more, metadata: isBag(metadata) ? metadata : {} });
}

/** A completion without a prompt is a text of its own. */
export function bareConversation(
  prompt: string,
  completion: string,
  { more = {}, metadata = {} }: { more?: Bag; metadata?: Bag } = {},
): Conversation {
  const answer = { role: "assistant" as const, content: completion };
  const messages = prompt === "" ? [answer] : [{ role: "user" as const, content: prompt }, answer];
  return { bare: true, messages, more, metadata };
}
