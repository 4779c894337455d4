import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { contentText, type SampleContent, toContent } from "../core/sample.ts";
import type { OpenFile } from "../io/jsonl-spans.ts";
import { checkedRows, type RowFile, rowError } from "./checked-rows.ts";
import { floatList } from "./float-list.ts";
import { type IdLedger, idLedger } from "./id-ledger.ts";
import type { RowGroups } from "./row-groups.ts";

/** Where every row begins, and what the rows are together. */
export interface RowIndex {
  /** Byte offsets in the files taken as one, in the order given; a row ends where the next one begins, or its file ends. */
  readonly startOf: (row: number) => number;
  readonly count: number;
  /** Offset at which each file begins. */
  readonly bases: readonly number[];
  readonly dataHash: string;
  readonly ids: "given" | "line";
}

/** Rows whose ids may be equal; holds 8 bytes a row for as long as it is kept. */
export type RowPairs = Iterable<readonly [first: number, later: number]>;

const rowsPerTurn = 4096;
/** One update of the hash costs as much as some hundred characters in it. */
const hashedAtOnce = 64 * 1024;

/**
 * Reads every row once and checks it.
 *
 * @param check why a sample cannot be asked or scored
 * @param groups told of every row, when the order is to keep groups together
 * @throws FinegaugeError `data.invalid` at the first row that is not as it should be
 */
export async function indexRows(
  files: readonly (RowFile & OpenFile)[],
  idPrefix: string,
  check: (sample: SampleContent) => string | undefined,
  groups?: RowGroups,
): Promise<RowIndex & { suspects: RowPairs }> {
  const starts = floatList();
  let ids: IdLedger | undefined;
  let unhashed = "";
  const hash = createHash("sha256");
  const bases: number[] = [];
  let base = 0;
  let given = 0;
  for (const file of files) {
    bases.push(base);
    for (const { row, line, start } of checkedRows(file)) {
      const sample = toContent(row, starts.length(), idPrefix);
      const reason = check(sample);
      if (reason !== undefined) throw rowError({ file: file.shown, line }, reason);
      starts.push(base + start);
      groups?.add(sample);
      if (row.id !== undefined) {
        // Ids by line differ of themselves; the first that was given may be one of theirs.
        ids ??= ledgerOfLines(starts.length() - 1, idPrefix);
        given++;
      }
      ids?.add(sample.id);
      unhashed += textOf(sample, { file: file.shown, line });
      if (unhashed.length > hashedAtOnce) {
        hash.update(unhashed);
        unhashed = "";
      }
      // Lets a signal through while a long file is read.
      if (starts.length() % rowsPerTurn === 0) await nextTurn();
    }
    base += file.size;
  }
  const count = starts.length();
  hash.update(unhashed);
  return {
    startOf: starts.at,
    count,
    bases,
    dataHash: hash.digest("hex").slice(0, 16),
    ids: count > 0 && given === count ? "given" : "line",
    suspects: ids?.suspects() ?? [],
  };
}

function textOf(sample: SampleContent, where: { file: string; line: number }): string {
  try {
    return contentText(sample);
  } catch (error) {
    if (error instanceof RangeError) throw rowError(where, "the row is nested too deeply");
    throw error;
  }
}

/** The ids that rows without one have by their place. */
function ledgerOfLines(rows: number, idPrefix: string): IdLedger {
  const ids = idLedger();
  for (let row = 0; row < rows; row++) ids.add(`${idPrefix}.${row}`);
  return ids;
}

/** Which file holds a row. */
export function fileOf({ bases, startOf }: RowIndex, row: number): number {
  let low = 0;
  let high = bases.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((bases[middle] as number) <= startOf(row)) low = middle;
    else high = middle;
  }
  return low;
}
