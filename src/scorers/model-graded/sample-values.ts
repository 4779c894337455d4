import { isBag, type Json } from "../../core/json.ts";
import { type Prompt, promptSchema } from "../../core/message.ts";
import { toText } from "../../core/prompt.ts";
import type { SampleContent } from "../../core/sample.ts";
import { pythonText } from "./python-text.ts";

/** The keys of a sample as its row has them, under the names that an eval gives them. */
export function rowValues(sample: SampleContent, renamings: { readonly [key: string]: string } = {}): { [key: string]: Json } {
  const { id, input, ideal, choices, answers, fields, metadata } = sample;
  const row: { [key: string]: Json } = { id, ...fields };
  if (input !== null) row.input = input as Json;
  // A row with one right answer nearly always has it as a text, not as a list of one.
  if (ideal.length > 0) row.ideal = ideal.length === 1 ? (ideal[0] as string) : ideal;
  if (choices !== undefined) row.choices = choices;
  if (answers !== undefined) row.answers = answers;
  if (Object.keys(metadata).length > 0) row.metadata = metadata;
  for (const [from, to] of Object.entries(renamings)) {
    if (!Object.hasOwn(row, from)) continue;
    row[to] = row[from] as Json;
    delete row[from];
  }
  return row;
}

/** A value that can be asked: a text, or a chat. */
export function asPrompt(value: Json | undefined): Prompt | undefined {
  if (typeof value === "string") return value;
  const checked = Array.isArray(value) && value.length > 0 ? promptSchema.safeParse(value) : undefined;
  return checked?.success ? checked.data : undefined;
}

/** A value as it stands in a grading prompt; a chat as text, as openai/evals flattens it. */
export function promptText(value: Json): string {
  if (!Array.isArray(value) || !value.every((message) => isBag(message) && "role" in message && "content" in message)) {
    return pythonText(value);
  }
  const chat = asPrompt(value);
  return chat === undefined ? pythonText(value) : toText(chat, false);
}
