import { FinegaugeError } from "../../core/errors.ts";

/** One record; a quoted field may hold line ends. */
export interface CsvRecord {
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The records of RFC 4180 text with any delimiter and any line ends. A quote inside a bare field is taken as it stands, as
 * spreadsheets do. An empty line is no record.
 *
 * @throws FinegaugeError `data.invalid` for a quote that is never closed, and for text after one that is
 */
export function* parseCsv(text: string, { file, delimiter }: { file: string; delimiter: string }): Generator<CsvRecord> {
  const bare = new RegExp(`[^${delimiter === "\t" ? "\\t" : delimiter}\r\n]*`, "y");
  const isEnd = (char: string | undefined) => char === undefined || char === "\r" || char === "\n";
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const refuse = (message: string, offset: number, on = line, start = lineStart) =>
    new FinegaugeError("data.invalid", message, {
      where: { file, line: on, column: offset - start + 1 },
      hint: 'inside quotes a quote is written twice: "a ""b"" c"',
    });

  while (at < text.length) {
    const first = line;
    const fields: string[] = [];
    for (;;) {
      if (text[at] !== '"') {
        bare.lastIndex = at;
        const [field = ""] = bare.exec(text) ?? [];
        fields.push(field);
        at += field.length;
      } else {
        const opened = { at, line, lineStart };
        let field = "";
        do {
          const close = text.indexOf('"', at + 1);
          if (close < 0) throw refuse("a quote is never closed", opened.at, opened.line, opened.lineStart);
          // The second of two quotes begins the next piece, so that the first is one of the text.
          field += `${field === "" && at === opened.at ? "" : '"'}${text.slice(at + 1, close)}`;
          at = close + 1;
        } while (text[at] === '"');
        for (const end of text.slice(opened.at, at).matchAll(/\r\n?|\n/g)) {
          line++;
          lineStart = opened.at + end.index + end[0].length;
        }
        fields.push(field);
        if (!isEnd(text[at]) && text[at] !== delimiter) throw refuse("text stands after a closing quote", at);
      }
      if (text[at] !== delimiter) break;
      at++;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    line++;
    lineStart = at;
    if (fields.length > 1 || fields[0] !== "") yield { line: first, fields };
  }
}

/** What stands between the fields of the first record: whichever of comma, semicolon and tab makes the most of them. */
export function guessDelimiter(text: string, file: string): string {
  let best = { delimiter: ",", fields: 1 };
  for (const delimiter of [",", ";", "\t"]) {
    const fields = fieldsOfFirst(text, file, delimiter);
    if (fields > best.fields) best = { delimiter, fields };
  }
  return best.delimiter;
}

function fieldsOfFirst(text: string, file: string, delimiter: string): number {
  try {
    return parseCsv(text, { file, delimiter }).next().value?.fields.length ?? 0;
  } catch (error) {
    // By the wrong delimiter a quote can end in mid-field.
    if (error instanceof FinegaugeError) return 0;
    throw error;
  }
}
