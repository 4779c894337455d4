import { type Bag, isBag, type Json } from "../core/json.ts";
import { type Message, messageSchema, type Prompt, promptSchema } from "../core/message.ts";
import { contentText } from "../core/prompt.ts";
import { sampleRowSchema } from "../core/sample.ts";
import type { Columns } from "./guess-columns.ts";
import type { DataFile } from "./read-data-file.ts";

/** A question with its answers, before anything was sorted out. */
export interface Draft {
  readonly line: number;
  readonly id?: string | undefined;
  /** null: a sample that its eval builds from `more`. */
  readonly input: Prompt | null;
  readonly ideal: readonly string[];
  readonly metadata: Bag;
  /** Other keys of a sample's row. */
  readonly more: Bag;
}

export interface DraftFault {
  readonly line: number;
  readonly fault: string;
}

/** Every row as a question and its answers, or why it is none. */
export function draftSamples(data: Pick<DataFile, "format" | "rows">, columns: Columns | undefined): (Draft | DraftFault)[] {
  const make = data.format === "chat" ? ofChat : data.format === "samples" ? ofSample : ofTable(columns);
  return data.rows.map((row) => ("values" in row ? { line: row.line, ...make(row.values) } : row));
}

type Made = Omit<Draft, "line"> | { readonly fault: string };

/** The last message is the answer, what stands before it the question. */
function ofChat(values: Bag): Made {
  const { messages, metadata } = values;
  if (!Array.isArray(messages)) return { fault: "has no messages" };
  const chat: Message[] = [];
  for (const message of messages) {
    // Of fine-tuning alone: whether a reply is learned.
    const { weight: _, ...said } = typeof message === "object" && message !== null ? (message as Bag) : {};
    const checked = messageSchema.safeParse({ content: null, ...said });
    if (!checked.success) return { fault: "has a message without a known role" };
    chat.push(checked.data);
  }
  const answer = chat.pop();
  if (answer?.role !== "assistant") return { fault: "does not end with an answer" };
  if (answer.tool_calls !== undefined) return { fault: "is answered by a tool call" };
  return { input: chat, ideal: [contentText(answer)], metadata: isBag(metadata) ? metadata : {}, more: {} };
}

function ofSample(values: Bag): Made {
  const checked = sampleRowSchema.safeParse(values);
  if (!checked.success) return { fault: "is no sample" };
  const { id, input = null, ideal = [], metadata = {}, ...more } = checked.data;
  return {
    ...(id !== undefined && { id: String(id) }),
    input,
    ideal: typeof ideal === "string" ? [ideal] : ideal,
    metadata,
    more: more as Bag,
  };
}

function ofTable(columns: Columns | undefined): (values: Bag) => Made {
  if (columns === undefined) throw new Error("a table needs columns");
  const { input, ideal, id, metadata } = columns;
  return (values) => {
    const question = values[input] ?? "";
    const checked = promptSchema.safeParse(typeof question === "object" ? question : String(question));
    if (!checked.success) return { fault: `has a ${input} that is neither a text nor messages` };
    return {
      ...(id !== undefined && { id: String(values[id]).trim() }),
      input: checked.data,
      ideal: answersOf(values[ideal] ?? ""),
      metadata: Object.fromEntries(metadata.map((name) => [name, values[name] ?? ""])),
      more: {},
    };
  };
}

/** White space around a label is a slip of whoever typed it. */
function answersOf(value: Json): string[] {
  const texts = Array.isArray(value) && value.every((one) => typeof one === "string") ? (value as string[]) : [value];
  return texts.map((one) => (typeof one === "string" ? one.trim() : JSON.stringify(one)));
}
