import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import type { DataFile } from "./read-data-file.ts";

/** What the columns of a table are to a sample. */
export interface Columns {
  readonly input: string;
  readonly ideal: string;
  readonly id?: string | undefined;
  readonly metadata: readonly string[];
}

export type WantedColumns = { readonly [Key in keyof Columns]?: Columns[Key] | undefined };

/** Likelier names first. */
const usual = {
  input:
    "input text prompt question message query utterance content body sentence instruction ticket email review comment log description subject title x",
  ideal:
    "ideal label answer target expected expected_output output completion response category class intent sentiment topic gold y",
  id: "id sample_id example_id row_id uuid guid",
};

/**
 * Which column is what: as wanted, else by usual names, else by content: the ideal is the one with the fewest distinct short texts, the
 * input the one with the longest. Every other column is metadata.
 *
 * @throws FinegaugeError `cli.usage` for a column that is not there, and where nothing tells
 */
export function guessColumns(data: Pick<DataFile, "file" | "columns" | "rows">, wanted: WantedColumns): Columns {
  const { columns } = data;
  for (const name of [wanted.input, wanted.ideal, wanted.id, ...(wanted.metadata ?? [])]) {
    if (name !== undefined && !columns.includes(name)) throw unknownColumn(name, columns, data.file);
  }
  const byName = (names: string, taken: readonly (string | undefined)[]) => {
    const free = columns.filter((column) => !taken.includes(column));
    for (const name of names.split(" ")) {
      const found = free.find((column) => column.toLowerCase().replaceAll(/[\s-]+/g, "_") === name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  let ideal = wanted.ideal ?? byName(usual.ideal, [wanted.input, wanted.id]);
  const input = wanted.input ?? byName(usual.input, [ideal, wanted.id]) ?? longest(data, [ideal, wanted.id]);
  ideal ??= fewest(data, [input, wanted.id]);
  if (input === undefined || ideal === undefined || input === ideal) {
    throw new FinegaugeError(
      "cli.usage",
      `${data.file} does not show which column is the ${input === undefined ? "input" : "ideal"}`,
      {
        hint: `--input COLUMN --ideal COLUMN; columns: ${columns.join(", ")}`,
      },
    );
  }
  const named =
    byName(usual.id, [input, ideal]) ??
    columns.find((column) => /[_ -]id$/i.test(column) && column !== input && column !== ideal);
  const id = wanted.id ?? idColumn(data, named);
  const others = columns.filter((column) => column !== input && column !== ideal && column !== id);
  return { input, ideal, ...(id !== undefined && { id }), metadata: wanted.metadata ?? others };
}

function unknownColumn(name: string, columns: readonly string[], file: string): FinegaugeError {
  return new FinegaugeError("cli.usage", `${file} has no column ${JSON.stringify(name)}`, {
    nearest: nearestNames(name, columns),
    hint: `columns: ${columns.join(", ")}`,
  });
}

/** Ids name samples only where each is there once. */
function idColumn({ rows }: Pick<DataFile, "rows">, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const ids = rows.flatMap((row) => ("values" in row ? [String(row.values[name] ?? "").trim()] : []));
  return ids.every((id) => id !== "") && new Set(ids).size === ids.length ? name : undefined;
}

interface Profile {
  readonly column: string;
  readonly distinct: number;
  readonly filled: number;
  /** Characters, on average. */
  readonly length: number;
}

function profiles({ columns, rows }: Pick<DataFile, "columns" | "rows">, taken: readonly (string | undefined)[]): Profile[] {
  return columns
    .filter((column) => !taken.includes(column))
    .map((column) => {
      const texts = rows.flatMap((row) => ("values" in row ? [String(row.values[column] ?? "").trim()] : []));
      const filled = texts.filter((text) => text !== "");
      const length = filled.reduce((sum, text) => sum + text.length, 0) / Math.max(1, filled.length);
      return { column, distinct: new Set(filled).size, filled: filled.length, length };
    });
}

function longest(data: Pick<DataFile, "columns" | "rows">, taken: readonly (string | undefined)[]): string | undefined {
  return profiles(data, taken).sort((a, b) => b.length - a.length)[0]?.column;
}

function fewest(data: Pick<DataFile, "columns" | "rows">, taken: readonly (string | undefined)[]): string | undefined {
  return profiles(data, taken)
    .filter(({ distinct, filled, length }) => distinct >= 2 && distinct * 3 <= filled && length <= 60)
    .sort((a, b) => a.distinct - b.distinct)[0]?.column;
}
