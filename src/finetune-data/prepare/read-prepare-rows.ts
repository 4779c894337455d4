import { extname } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { TextSource } from "../../io/text-source.ts";
import { guessDelimiter, parseCsv } from "../formats/csv.ts";
import { guessColumns } from "../guess-columns.ts";
import { parseJsonRow } from "../parse-json-row.ts";
import type { PrepareRow } from "./prepare-row.ts";

export interface PrepareTable {
  readonly rows: readonly PrepareRow[];
  /** Rows whose completion is not there at all: nobody knows whether it was meant to be empty. */
  readonly missing: readonly number[];
  /** What was necessary to come to two columns, in words. */
  readonly fixed: readonly { readonly name: string; readonly says: string }[];
  readonly notes: readonly string[];
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly line: number; readonly values: Bag }[];
  readonly notes?: readonly string[];
}

/**
 * Rows with a prompt and a completion, from JSON Lines, JSON, CSV, TSV, or a text of which each line is a completion.
 *
 * @param ending of the file's name, with its dot
 * @param guess take the columns that look like question and answer where none is called prompt or completion
 * @throws FinegaugeError `data.invalid`
 */
export function readPrepareRows(
  source: TextSource,
  { ending = extname(source.name), guess = false }: { ending?: string; guess?: boolean } = {},
): PrepareTable {
  const table = readTable(source, ending.toLowerCase());
  const fixed: { name: string; says: string }[] = [];
  const called = (wanted: "prompt" | "completion") =>
    table.columns.includes(wanted) ? wanted : table.columns.find((column) => column.trim().toLowerCase() === wanted);
  const guessed =
    guess && called("prompt") === undefined && called("completion") === undefined
      ? guessedColumns(table, source.name)
      : undefined;
  const named = (wanted: "prompt" | "completion") => {
    const column = called(wanted) ?? guessed?.[wanted];
    if (column === undefined) {
      throw new FinegaugeError("data.invalid", `there is no column ${wanted}`, {
        where: { file: source.name },
        hint: `columns: ${table.columns.join(", ")}; finegauge data convert --to completions makes prompt and completion of other formats`,
      });
    }
    if (column !== wanted) fixed.push({ name: `column_${wanted}`, says: `rename the column ${column} to ${wanted}` });
    return column;
  };
  const prompt = named("prompt");
  const completion = named("completion");
  const others = table.columns.filter((column) => column !== prompt && column !== completion);
  if (others.length > 0) fixed.push({ name: "additional_columns", says: `leave out ${others.join(", ")}` });
  const missing: number[] = [];
  const rows = table.rows.map(({ line, values }): PrepareRow => {
    if (values[completion] === undefined || values[completion] === null) missing.push(line);
    return { line, prompt: textOf(values[prompt]), completion: textOf(values[completion]) };
  });
  return { rows, missing, fixed, notes: table.notes ?? [] };
}

/** Of a table of few columns; chats and such have their own way to be converted. */
function guessedColumns({ columns, rows }: Table, file: string): { prompt: string; completion: string } | undefined {
  if (rows.some(({ values }) => Object.values(values).some((value) => typeof value === "object" && value !== null)))
    return undefined;
  const { input, ideal } = guessColumns({ file, columns, rows }, {});
  return { prompt: input, completion: ideal };
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readTable(source: TextSource, ending: string): Table {
  switch (ending) {
    case ".jsonl":
    case ".ndjson":
      return ofJsonLines(source);
    case ".json":
      return ofJson(source);
    case ".csv":
      return ofDelimited(source, undefined);
    case ".tsv":
    case ".tab":
      return ofDelimited(source, "\t");
    case ".txt":
      return ofText(source);
    default:
      throw new FinegaugeError("data.invalid", `${source.name} has no known ending`, {
        where: { file: source.name },
        hint: ".jsonl, .ndjson, .json, .csv, .tsv, .txt",
      });
  }
}

function ofRows(source: TextSource, rows: Table["rows"], notes: readonly string[] = []): Table {
  const columns = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  if (columns.size === 0) throw new FinegaugeError("data.invalid", "the file has no rows", { where: { file: source.name } });
  return { columns: [...columns], rows, notes };
}

function ofJsonLines(source: TextSource): Table {
  const rows: { line: number; values: Bag }[] = [];
  for (const { text, number: line } of source.lines()) {
    if (text.trim() === "") continue;
    const row = parseJsonRow(text);
    if ("fault" in row) throw new FinegaugeError("data.invalid", `the row ${row.fault}`, { where: { file: source.name, line } });
    rows.push({ line, values: row.values });
  }
  return ofRows(source, rows, rows.length === 1 ? ["the file has one row"] : []);
}

function ofJson(source: TextSource): Table {
  const text = source.text();
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    // Lines of JSON in a file that is not called so.
    const rows = text.split(/\r?\n/).flatMap((one, at): Table["rows"] => {
      const row = one.trim() === "" ? undefined : parseJsonRow(one);
      if (row !== undefined && "fault" in row) {
        throw new FinegaugeError("data.invalid", `the row ${row.fault}`, { where: { file: source.name, line: at + 1 } });
      }
      return row === undefined ? [] : [{ line: at + 1, values: row.values }];
    });
    return ofRows(source, rows);
  }
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return ofRows(
    source,
    list.map((row, at) => {
      if (isBag(row)) return { line: at + 1, values: row };
      throw new FinegaugeError("data.invalid", `item ${at + 1} is no object`, { where: { file: source.name } });
    }),
  );
}

function ofDelimited(source: TextSource, tab: string | undefined): Table {
  const text = source.text();
  const file = source.name;
  const [first, ...records] = parseCsv(text, { file, delimiter: tab ?? guessDelimiter(text, file) });
  if (first === undefined) throw new FinegaugeError("data.invalid", "the file is empty", { where: { file } });
  const columns = first.fields;
  const rows = records.map(({ line, fields }) => {
    if (fields.length > columns.length) {
      throw new FinegaugeError("data.invalid", `the row has ${fields.length} fields, the first line ${columns.length}`, {
        where: { file, line },
      });
    }
    return { line, values: Object.fromEntries(columns.map((name, at) => [name, fields[at] ?? ""])) };
  });
  return { columns, rows };
}

/** The empty line behind the last line end is one too: the legacy tool drops it as a row without a completion. */
function ofText(source: TextSource): Table {
  const texts = source.text().split(/\r?\n/);
  return {
    columns: ["prompt", "completion"],
    rows: texts.map((completion, at) => ({ line: at + 1, values: { prompt: "", completion } })),
  };
}
