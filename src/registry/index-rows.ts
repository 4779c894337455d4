import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { FinegaugeError } from "../core/errors.ts";
import { type Sample, toSample } from "../core/sample.ts";
import { scanLines } from "../io/scan-lines.ts";
import { idLedger } from "./id-ledger.ts";
import { parseRow } from "./parse-row.ts";

/** A file of rows: where it is read, and what messages call it. */
export interface RowFile {
  readonly file: string;
  readonly shown: string;
}

/** Where every row begins, and what they are together. */
export interface RowIndex {
  /** Byte offsets in the files taken as one, in the order given; a row ends where the next one begins, or its file ends. */
  readonly starts: Float64Array;
  readonly count: number;
  /** Offset at which each file begins. */
  readonly bases: readonly number[];
  readonly dataHash: string;
  readonly ids: "given" | "line";
}

/** Rows whose ids may be equal; holds 8 bytes a row for as long as it is kept. */
export type RowPairs = Iterable<readonly [first: number, later: number]>;

const longestRow = 64 * 1024 * 1024;
const rowsPerTurn = 4096;

/**
 * Reads every row once and checks it.
 *
 * @param check why a sample cannot be asked or scored
 * @throws FinegaugeError `data.invalid` at the first row that is not as it should be
 */
export async function indexRows(
  files: readonly RowFile[],
  idPrefix: string,
  check: (sample: Sample) => string | undefined,
): Promise<RowIndex & { suspects: RowPairs }> {
  let starts = new Float64Array(1024);
  let count = 0;
  let given = 0;
  let base = 0;
  const bases: number[] = [];
  const ids = idLedger();
  const hash = createHash("sha256");

  for (const { file, shown } of files) {
    bases.push(base);
    let blank: number | undefined;
    let end = 0;
    for (const line of scanLines(file, longestRow)) {
      end = line.end;
      const fail = (message: string, more: { column?: number | undefined; hint?: string | undefined } = {}) =>
        new FinegaugeError("data.invalid", message, {
          where: { file: shown, line: line.number, column: more.column },
          hint: more.hint,
        });
      if (line.end - line.start > longestRow)
        throw fail("the row is longer than 64 MB", { hint: "one JSON object per line, without line breaks inside" });
      const marked = line.number === 1 && line.text.startsWith("\ufeff");
      const text = marked ? line.text.slice(1) : line.text;
      if (isBlank(text)) {
        blank ??= line.number;
        continue;
      }
      if (blank !== undefined) {
        throw new FinegaugeError("data.invalid", "an empty line stands between rows", {
          where: { file: shown, line: blank },
          hint: "take it out; only the end of a file may be empty",
        });
      }
      const parsed = parseRow(text);
      if ("fault" in parsed) throw fail(parsed.fault, parsed);
      // A character that only stands for broken bytes would be asked, and hashed, as if it were the author's.
      if (text.includes("\ufffd") && !isUtf8Span(file, line.start, line.end))
        throw fail("the row is not UTF-8 text", { hint: "save the file as UTF-8" });

      const sample = toSample(parsed.row, count, idPrefix);
      const reason = check(sample);
      if (reason !== undefined) throw fail(reason);
      if (count === starts.length) {
        const longer = new Float64Array(count * 2);
        longer.set(starts);
        starts = longer;
      }
      starts[count++] = base + line.start + (marked ? 3 : 0);
      if (parsed.row.id !== undefined) given++;
      ids.add(sample.id);
      hash.update(sample.hashes.item + sample.hashes.ideal);
      // Lets a signal through while a long file is read.
      if (count % rowsPerTurn === 0) await nextTurn();
    }
    base += end;
  }
  return {
    starts: starts.slice(0, count),
    count,
    bases,
    dataHash: hash.digest("hex").slice(0, 16),
    ids: count > 0 && given === count ? "given" : "line",
    suspects: ids.suspects(),
  };
}

/** Which file holds a row. */
export function fileOf({ bases, starts }: RowIndex, row: number): number {
  let low = 0;
  let high = bases.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((bases[middle] as number) <= (starts[row] as number)) low = middle;
    else high = middle;
  }
  return low;
}

function isBlank(text: string): boolean {
  return text === "" || (text.charCodeAt(0) <= 0x20 && text.trim() === "");
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
