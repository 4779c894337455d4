import { isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { FinegaugeError } from "../core/errors.ts";
import type { SampleRow } from "../core/sample.ts";
import { scanLines } from "../io/scan-lines.ts";
import { parseRow } from "./parse-row.ts";

/** A file of rows: where it is read, and what messages call it. */
export interface RowFile {
  readonly file: string;
  readonly shown: string;
}

/** A row that is as a sample should be. */
export interface CheckedRow {
  readonly row: SampleRow;
  /** Counts from 1. */
  readonly line: number;
  /** Byte offset of its first character. */
  readonly start: number;
}

const longestRow = 64 * 1024 * 1024;
const byteOrderMark = "\ufeff";

/**
 * The rows of a sample file. A byte order mark, CRLF and empty lines at the end of the file are nobody's fault.
 *
 * @throws FinegaugeError `data.invalid` at the first line that is no sample
 */
export function* checkedRows({ file, shown }: RowFile): Generator<CheckedRow, void, void> {
  let blank: number | undefined;
  for (const { text: whole, number: line, start, end } of scanLines(file, longestRow)) {
    if (end - start > longestRow) {
      const hint = "one JSON object per line, without line breaks inside";
      throw rowError({ file: shown, line }, "the row is longer than 64 MB", hint);
    }
    const marked = line === 1 && whole.startsWith(byteOrderMark);
    const text = marked ? whole.slice(1) : whole;
    if (isBlank(text)) {
      blank ??= line;
      continue;
    }
    if (blank !== undefined) {
      throw rowError(
        { file: shown, line: blank },
        "an empty line stands between rows",
        "take it out; only the end of a file may be empty",
      );
    }
    const parsed = parseRow(text);
    if ("fault" in parsed) throw rowError({ file: shown, line, column: parsed.column }, parsed.fault, parsed.hint);
    // A character that only stands for broken bytes would be asked, and hashed, as if it were the author's.
    if (text.includes("\ufffd") && !isUtf8Span(file, start, end)) {
      throw rowError({ file: shown, line }, "the row is not UTF-8 text", "save the file as UTF-8");
    }
    yield { row: parsed.row, line, start: start + (marked ? 3 : 0) };
  }
}

/** The refusal of a row. */
export function rowError(
  where: { readonly file: string; readonly line: number; readonly column?: number | undefined },
  message: string,
  hint?: string,
): FinegaugeError {
  return new FinegaugeError("data.invalid", message, { where, hint });
}

/** White space that JSON allows around a value, and no other: the rows are parsed again with what stands after them. */
function isBlank(text: string): boolean {
  return /^[ \t\r]*$/.test(text);
}

/** Only asked about rows that hold a replacement character, which may be the author's own. */
function isUtf8Span(file: string, start: number, end: number): boolean {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(end - start);
    readSync(fd, bytes, 0, bytes.length, start);
    return isUtf8(bytes);
  } finally {
    closeSync(fd);
  }
}
