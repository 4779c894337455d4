import { statSync } from "node:fs";
import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { openText } from "../io/text-source.ts";
import type { ConversationRow } from "./conversation.ts";
import type { ReadOptions } from "./formats/format.ts";
import { type FormatName, formatNames, formats } from "./formats/index.ts";
import { recogniseFolder } from "./recognise-folder.ts";
import { recogniseFormat } from "./recognise-format.ts";

/** Bytes by which a file shows what it is. */
const headBytes = 2 ** 16;

export interface OpenConversations {
  /** As messages show it. */
  readonly name: string;
  readonly format: FormatName;
  /** In the order of the file; to be read once. */
  readonly rows: Iterable<ConversationRow>;
  close(): void;
}

/**
 * Opens a file of conversations in any format, a folder of those that have one, or `-` for standard input.
 *
 * @param from its format; absent: recognised
 * @throws FinegaugeError `data.missing`, `data.invalid`; also while its rows are read
 */
export async function openConversations(path: string, from?: FormatName, options: ReadOptions = {}): Promise<OpenConversations> {
  if (path !== "-" && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return openFolder(path, from, options);
  const source = await openText(path);
  try {
    const format = from ?? recogniseFormat(path, source.head(headBytes)) ?? unknown(source.name, source.head(headBytes));
    const { read } = await formats[format]();
    if (read === undefined) throw notRead(format, "file");
    return { name: source.name, format, rows: read(source, options), close: () => source.close() };
  } catch (error) {
    source.close();
    throw error;
  }
}

async function openFolder(path: string, from: FormatName | undefined, options: ReadOptions): Promise<OpenConversations> {
  const format = from ?? recogniseFolder(path);
  if (format === undefined) {
    throw new FinegaugeError("data.invalid", `${path} is a folder, and does not show which format it has`, {
      hint: "name a file in it, or say --from discord, promptingtools, rag-result or slack",
    });
  }
  const { readFolder } = await formats[format]();
  if (readFolder === undefined) throw notRead(format, "folder");
  return { name: path, format, rows: readFolder(path, options), close: () => {} };
}

function notRead(format: FormatName, what: "file" | "folder"): FinegaugeError {
  return new FinegaugeError("cli.usage", `${format} is not read from a ${what}`, { hint: readable() });
}

/** @throws FinegaugeError `cli.usage` with the nearest names */
export function formatNamed(name: string): FormatName {
  if ((formatNames as readonly string[]).includes(name)) return name as FormatName;
  throw new FinegaugeError("cli.usage", `no format is called ${JSON.stringify(name)}`, {
    nearest: nearestNames(name, formatNames),
    hint: readable(),
  });
}

function readable(): string {
  return `formats: ${formatNames.join(", ")}`;
}

function unknown(name: string, head: string): never {
  const empty = head.trim() === "";
  throw new FinegaugeError("data.invalid", empty ? "the file is empty" : "the file does not show which format it has", {
    where: { file: name },
    hint: empty ? "an example a line is expected" : `--from NAME says it; ${readable()}`,
  });
}
