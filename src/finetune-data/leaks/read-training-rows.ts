import { extname } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import type { Bag, Json } from "../../core/json.ts";
import { openText, type TextSource } from "../../io/text-source.ts";
import { guessDelimiter } from "../formats/csv.ts";
import { guessColumns } from "../guess-columns.ts";
import { parseJsonRow } from "../parse-json-row.ts";
import { delimitedRows } from "./delimited-rows.ts";
import { recogniseRow } from "./recognise-row.ts";
import type { TrainingRow } from "./training-row.ts";

/** A row as its file has it. */
export interface DataRow {
  /** From 1; of a JSON list nobody counts lines. */
  readonly line?: number;
  readonly values: Bag;
}

/** Rows that are looked at before it is said which columns of a table are question and answer. */
const tableHead = 200;

/**
 * The rows of a file of training data, one after the other: chats, ShareGPT, Alpaca, preference pairs, prompt and completion, and samples as
 * JSONL or as one JSON list; CSV and TSV; `.txt`, each line of which is a row. Any of them as `.gz` or `.zst`. `-` is standard input, as JSONL.
 *
 * @throws FinegaugeError `data.missing`, and `data.invalid` at the first line that cannot be compared
 */
export async function* readTrainingRows(file: string): AsyncGenerator<TrainingRow, void, void> {
  let row = 0;
  for await (const { line, values } of readDataRows(file)) {
    const said = recogniseRow(values);
    if (said === undefined)
      throw rowError(file, line, `the row has no text to compare: its keys are ${Object.keys(values).join(", ")}`);
    yield { row: ++row, ...(line !== undefined && { line }), ...said };
  }
}

/** The same rows before anybody has said what is question and what is answer; a table's are called `input` and `ideal`. */
export async function* readDataRows(file: string): AsyncGenerator<DataRow, void, void> {
  const source = await openText(file);
  let empty = true;
  try {
    for (const row of rowsOf(file, source)) {
      empty = false;
      yield row;
    }
  } finally {
    source.close();
  }
  if (empty) throw new FinegaugeError("data.invalid", "the file has no rows", { where: { file: source.name } });
}

function rowsOf(file: string, source: TextSource): Iterable<DataRow> {
  const ending = file === "-" ? ".jsonl" : extname(file.replace(/\.(gz|zst)$/i, "")).toLowerCase();
  if ([".jsonl", ".ndjson"].includes(ending)) return jsonLines(source);
  if (ending === ".json") return jsonList(source);
  if ([".csv", ".tsv", ".tab"].includes(ending)) return table(source, ending === ".csv");
  if (ending === ".txt") return textLines(source);
  throw new FinegaugeError("data.invalid", `${source.name} has no known ending`, {
    hint: ".jsonl, .ndjson, .json, .csv, .tsv, .txt, each also as .gz or .zst",
  });
}

function* jsonLines(source: TextSource): Generator<DataRow, void, void> {
  for (const { text, number: line, torn } of source.lines()) {
    if (text.trim() === "") continue;
    const row = parseJsonRow(text);
    if ("values" in row) yield { line, values: row.values };
    else if (torn && row.fault === "is no JSON") throw rowError(source.name, line, "the last line is cut short, and no JSON");
    else throw rowError(source.name, line, `the line ${row.fault}`);
  }
}

function* jsonList(source: TextSource): Generator<DataRow, void, void> {
  let value: Json;
  try {
    value = JSON.parse(source.text()) as Json;
  } catch (cause) {
    if (cause instanceof FinegaugeError) throw cause;
    throw new FinegaugeError("data.invalid", "the file is no JSON", {
      where: { file: source.name },
      hint: "one object a line is called .jsonl",
      cause,
    });
  }
  const rows = Array.isArray(value) ? (value as readonly Json[]) : [value];
  for (const [at, row] of rows.entries()) {
    if (typeof row === "object" && row !== null && !Array.isArray(row)) yield { values: row as Bag };
    else throw rowError(source.name, undefined, `item ${at + 1} of the list is no object`);
  }
}

function* textLines(source: TextSource): Generator<DataRow, void, void> {
  for (const { text, number: line } of source.lines()) if (text.trim() !== "") yield { line, values: { text } };
}

/** Columns that are none of the two stay as they are called, behind them. */
function* table(source: TextSource, isCsv: boolean): Generator<DataRow, void, void> {
  const delimiter = isCsv ? guessDelimiter(firstLine(source), source.name) : "\t";
  let names: readonly string[] | undefined;
  let rename: ((row: TableRow) => DataRow) | undefined;
  const head: TableRow[] = [];
  for (const { line, fields } of delimitedRows(source, delimiter)) {
    if (names === undefined) {
      names = fields.map((name, at) => name.trim() || String(at + 1));
      continue;
    }
    if (fields.length !== names.length)
      throw rowError(source.name, line, "the row has another number of fields than the first line");
    const row = { line, values: Object.fromEntries(names.map((name, at) => [name, fields[at] as string])) };
    if (rename !== undefined) yield rename(row);
    else if (head.push(row) === tableHead) {
      rename = columnsOf(source.name, names, head);
      yield* head.splice(0).map(rename);
    }
  }
  if (head.length > 0) yield* head.map(columnsOf(source.name, names ?? [], head));
}

function firstLine(source: TextSource): string {
  return source.head(64 * 1024).split(/\r?\n/, 1)[0] as string;
}

/** A row of a table; it has a line. */
type TableRow = DataRow & { readonly line: number };

/** A table of one column is a list of texts; of several, its names or its first rows show which is which. */
function columnsOf(file: string, columns: readonly string[], rows: readonly TableRow[]): (row: TableRow) => DataRow {
  const [only] = columns;
  if (columns.length === 1) return ({ line, values }) => ({ line, values: { text: values[only as string] as Json } });
  const { input, ideal, id } = guessColumns({ file, columns, rows }, {});
  return ({ line, values }) => ({
    line,
    values: { ...(id !== undefined && { id: values[id] as Json }), input: values[input] as Json, ideal: values[ideal] as Json },
  });
}

function rowError(file: string, line: number | undefined, message: string): FinegaugeError {
  return new FinegaugeError("data.invalid", message, { where: { file: file === "-" ? "standard input" : file, line } });
}
