import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { type Bag, isBag } from "../core/json.ts";
import { guessDelimiter, parseCsv } from "./formats/csv.ts";

/** What a file of examples is: chats as they are fine-tuned on, samples of openai/evals, or a table of named columns. */
type DataFormat = "chat" | "samples" | "csv" | "tsv" | "records";

/** One row as its file has it, column to value; or why it cannot be read. Lines count from 1. */
type DataRow = { readonly line: number; readonly values: Bag } | { readonly line: number; readonly fault: string };

export interface DataFile {
  /** As messages show it. */
  readonly file: string;
  readonly format: DataFormat;
  /** Of a table, in its order; empty for chats and samples. */
  readonly columns: readonly string[];
  readonly rows: readonly DataRow[];
}

/**
 * Reads chat JSONL (`{"messages": […]}`), samples JSONL (`{"input", "ideal"}`), JSONL with other keys, CSV or TSV. The ending of the
 * name says whether it is JSONL; its first row, of which kind.
 *
 * @param header false: the first line of CSV or TSV is a row, and its columns are called 1, 2, …
 * @throws FinegaugeError `data.missing`, `data.invalid`
 */
export function readDataFile(file: string, { header = true }: { header?: boolean } = {}): DataFile {
  const text = textOf(file);
  const ending = extname(file).toLowerCase();
  if ([".jsonl", ".ndjson"].includes(ending)) return readJsonl(file, text);
  if ([".csv", ".tsv", ".tab"].includes(ending)) {
    const delimiter = ending === ".csv" ? guessDelimiter(text, file) : "\t";
    return { file, format: ending === ".csv" ? "csv" : "tsv", ...readTable(text, { file, delimiter, header }) };
  }
  throw new FinegaugeError("data.invalid", `${basename(file)} has no known ending`, {
    where: { file },
    hint: ".jsonl, .ndjson, .csv, .tsv",
  });
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FinegaugeError("data.missing", missing ? `there is no file ${file}` : messageOf(cause), { cause });
  }
  // Spreadsheets save "Unicode text" as UTF-16.
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FinegaugeError("data.invalid", "the file is not UTF-8 text", { where: { file }, hint: "save it as UTF-8", cause });
  }
}

function readTable(
  text: string,
  { header, ...how }: { file: string; delimiter: string; header: boolean },
): Pick<DataFile, "columns" | "rows"> {
  const [first, ...others] = parseCsv(text, how);
  if (first === undefined) throw new FinegaugeError("data.invalid", "the file is empty", { where: { file: how.file } });
  const columns = first.fields.map((name, at) => (header && name.trim() !== "" ? name.trim() : String(at + 1)));
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) {
    const hint = "rename one of the two, or give --no-header and name columns by number";
    throw new FinegaugeError("data.invalid", `two columns are called ${JSON.stringify(twice)}`, {
      where: { file: how.file, line: 1 },
      hint,
    });
  }
  const rows = (header ? others : [first, ...others]).map(({ line, fields }): DataRow => {
    if (fields.length !== columns.length) return { line, fault: "has another number of fields than the first line" };
    return { line, values: Object.fromEntries(columns.map((name, at) => [name, fields[at] as string])) };
  });
  return { columns, rows };
}

function readJsonl(file: string, text: string): DataFile {
  const rows: DataRow[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() !== "") rows.push({ line: at + 1, ...parsed(line) });
  }
  const objects = rows.flatMap((row) => ("values" in row ? [row.values] : []));
  const [first] = objects;
  if (first === undefined) {
    throw new FinegaugeError("data.invalid", "no line of it is a JSON object", {
      where: { file },
      hint: 'such as {"messages": [...]}',
    });
  }
  if (Array.isArray(first.messages)) return { file, format: "chat", columns: [], rows };
  if ("input" in first && "ideal" in first) return { file, format: "samples", columns: [], rows };
  const columns = new Set(objects.flatMap((values) => Object.keys(values)));
  return { file, format: "records", columns: [...columns], rows };
}

function parsed(line: string): { readonly values: Bag } | { readonly fault: string } {
  try {
    const value: unknown = JSON.parse(line);
    return isBag(value) ? { values: value } : { fault: "is no JSON object" };
  } catch {
    return { fault: "is no JSON" };
  }
}
