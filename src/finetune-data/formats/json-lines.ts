import type { Bag } from "../../core/json.ts";
import type { TextSource } from "../../io/text-source.ts";
import type { Conversation, ConversationRow } from "../conversation.ts";
import { parseJsonRow } from "../parse-json-row.ts";

/** The rows of JSON Lines, each made into a conversation by `make`; empty lines are no rows. */
export function* readJsonLines(
  source: TextSource,
  make: (values: Bag) => Conversation | { readonly fault: string },
): Generator<ConversationRow, void, void> {
  for (const { text, number: line } of source.lines()) {
    if (text.trim() === "") continue;
    const row = parseJsonRow(text);
    const made = "fault" in row ? row : make(row.values);
    yield "fault" in made ? { line, fault: made.fault } : { line, conversation: made };
  }
}

/** A value as a line. */
export const jsonLine = (value: unknown) => `${JSON.stringify(value)}\n`;
