import { type SampleRow, sampleRowSchema } from "../core/sample.ts";
import { firstFault, pathText } from "./describe-fault.ts";

/** A line of a sample file, or what is wrong with it. */
export type ParsedRow =
  | { readonly row: SampleRow }
  | { readonly fault: string; readonly column?: number | undefined; readonly hint?: string | undefined };

const shape = 'a sample is a line such as {"input": "…", "ideal": "…"}';

/** Reads one line of a sample file. */
export function parseRow(text: string): ParsedRow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return notJson(text);
  }
  const checked = sampleRowSchema.safeParse(value);
  if (checked.success) {
    const row = checked.data;
    return row.input === undefined && row.ideal === undefined && Array.isArray(row.messages) ? fineTuneRow : { row };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { fault: `the line is ${Array.isArray(value) ? "a list" : "a bare value"}, not an object`, hint: shape };
  }
  const { path, text: wrong } = firstFault(checked.error, value);
  return { fault: `${pathText(path)} ${wrong}` };
}

const fineTuneRow: ParsedRow = {
  fault: "this is a fine-tuning row (`messages`), not a sample",
  hint: `${shape}; put the messages before the answer into input, and the answer into ideal`,
};

function notJson(text: string): ParsedRow {
  const at = firstBad(text);
  const column = at + 1;
  const char = text[at];
  if (char === undefined) return { fault: "the line is no JSON: it ends too early", column };
  const hint =
    char === "'" ? "JSON wants double quotes" : char === "N" || char === "I" ? "JSON has no NaN or Infinity" : undefined;
  return { fault: `the line is no JSON: ${JSON.stringify(char)} does not belong there`, column, hint };
}

/**
 * Offset of the first character with which the text can no longer become JSON.
 *
 * The engine's own message has no offset for an unexpected token, so this looks for the shortest beginning that is already wrong; a
 * beginning that only stops too early is not.
 */
function firstBad(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (canGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function canGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined ? message.includes("end of JSON input") : Number(position) >= beginning.length;
  }
}
