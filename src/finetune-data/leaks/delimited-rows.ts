import { FinegaugeError } from "../../core/errors.ts";
import type { TextSource } from "../../io/text-source.ts";
import { type CsvRecord, parseCsv } from "../formats/csv.ts";

/**
 * The records of a table, holding one at a time.
 *
 * @throws FinegaugeError `data.invalid` for a quote that is never closed, and for text after one that is
 */
export function* delimitedRows(source: TextSource, delimiter: string): Generator<CsvRecord, void, void> {
  let held: string[] = [];
  let first = 1;
  let open = false;
  const parsed = () => recordsOf(held.join("\n"), source.name, delimiter, first);
  for (const { text, number } of source.lines()) {
    if (held.length === 0) first = number;
    held.push(text);
    open = endsInQuotes(text, delimiter, open);
    if (open) continue;
    yield* parsed();
    held = [];
  }
  // Says which quote is open.
  if (held.length > 0) yield* parsed();
}

/** Those of a piece of the file, with the lines of the file. */
function* recordsOf(text: string, file: string, delimiter: string, first: number): Generator<CsvRecord, void, void> {
  try {
    for (const { line, fields } of parseCsv(text, { file, delimiter })) yield { line: line + first - 1, fields };
  } catch (error) {
    if (!(error instanceof FinegaugeError) || error.more.where?.line === undefined) throw error;
    const { where } = error.more;
    throw new FinegaugeError(error.code, error.message, {
      ...error.more,
      where: { ...where, line: (where.line as number) + first - 1 },
    });
  }
}

/** Whether a field goes on in the next line: a quote opens one at its beginning alone. */
function endsInQuotes(text: string, delimiter: string, open: boolean): boolean {
  let quoted = open;
  let at = 0;
  for (;;) {
    if (!quoted && text[at] === '"') {
      quoted = true;
      at++;
    }
    if (quoted) {
      const close = text.indexOf('"', at);
      if (close < 0) return true;
      at = close + 1;
      if (text[at] === '"') {
        at++;
        continue;
      }
      quoted = false;
    }
    const next = text.indexOf(delimiter, at);
    if (next < 0) return false;
    at = next + 1;
  }
}
