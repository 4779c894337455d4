import { type Conversation, type FormatName, formats } from "../../finetune-data/index.ts";
import { openSink } from "./data-sink.ts";

/** A file of conversations that comes to be whole or not at all. */
export interface RowSink {
  readonly rows: number;
  /** @returns undefined, or when there is room for more */
  put(conversation: Conversation): Promise<unknown> | undefined;
  finish(): void;
  abandon(): void;
}

const jsonLines: ReadonlySet<FormatName> = new Set(["chat", "samples", "completions", "sharegpt", "alpaca", "preference"]);

/** The format of JSON Lines that says most of what rows of a format say. */
export function jsonLinesFor(format: FormatName): FormatName {
  return jsonLines.has(format) ? format : "chat";
}

/** Rows are written as they were read, where that can be written; else as chats. */
export async function openRowSink(
  output: string,
  format: FormatName,
  options: { readonly force?: boolean | undefined; readonly dryRun?: boolean | undefined },
): Promise<RowSink> {
  const write = (await formats[format]()).write ?? (await formats.chat()).write;
  if (write === undefined) throw new Error("chats can be written");
  const writer = write({ metadata: true });
  const sink = openSink(output, options);
  let rows = 0;
  sink.put(writer.head ?? "");
  return {
    get rows() {
      return rows;
    },
    put(conversation) {
      const { text } = writer.row(conversation);
      if (text === undefined) return undefined;
      rows++;
      return sink.put(text);
    },
    finish() {
      sink.put(writer.tail ?? "");
      sink.finish();
    },
    abandon: sink.abandon,
  };
}
