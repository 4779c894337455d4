import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { TextSource } from "../../io/text-source.ts";
import type { Conversation, ConversationRow } from "../conversation.ts";
import { parseJsonRow } from "../parse-json-row.ts";

/** Bytes in which the first row shows whether it ends with its line. */
const headBytes = 2 ** 16;

/**
 * The objects of JSON Lines, of a JSON array, or the only one of a JSON file, each made into a conversation. Empty lines are no rows.
 *
 * JSON Lines are held one by one; other JSON is read whole, and its rows are numbered by their places.
 *
 * @throws FinegaugeError `data.invalid` for JSON that does not parse as a whole
 */
export function* readRecords(
  source: TextSource,
  make: (values: Bag) => Conversation | { readonly fault: string },
): Generator<ConversationRow, void, void> {
  const told = (line: number, row: { readonly values: Bag } | { readonly fault: string }): ConversationRow => {
    const made = "fault" in row ? row : make(row.values);
    return "fault" in made ? { line, fault: made.fault } : { line, conversation: made };
  };
  if (!isJsonLines(source)) {
    for (const [at, value] of wholeJson(source).entries()) {
      yield told(at + 1, isBag(value) ? { values: value } : { fault: "is no JSON object" });
    }
    return;
  }
  for (const { text, number } of source.lines()) if (text.trim() !== "") yield told(number, parseJsonRow(text));
}

/** Each line is a row. */
export function isJsonLines(source: TextSource): boolean {
  return /\.(jsonl|ndjson)(\.gz|\.zst)?$/i.test(source.name) || !isWholeJson(source.head(headBytes));
}

/** An array, or an object that goes on behind the end of its first line. */
function isWholeJson(head: string): boolean {
  const text = head.trimStart();
  if (text.startsWith("[")) return !isRowOfLines(text);
  const end = text.indexOf("\n");
  return text.startsWith("{") && end >= 0 && !("values" in parseJsonRow(text.slice(0, end)));
}

/** A first line that is an array of its own, with another behind it: a wrong row in a file of rows. */
function isRowOfLines(text: string): boolean {
  const end = text.indexOf("\n");
  if (end < 0) return false;
  const next = text.slice(end).trimStart();
  try {
    JSON.parse(text.slice(0, end));
    return next !== "";
  } catch {
    return false;
  }
}

function wholeJson(source: TextSource): readonly Json[] {
  const text = source.text();
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    const at = /position (\d+)/.exec((cause as Error).message)?.[1];
    const before = at === undefined ? undefined : text.slice(0, Number(at)).split("\n");
    throw new FinegaugeError("data.invalid", "the file is no JSON", {
      where: {
        file: source.name,
        ...(before !== undefined && { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }),
      },
      hint: "an array of objects, or one object a line (JSON Lines)",
      cause,
    });
  }
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
