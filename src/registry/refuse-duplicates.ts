import { FinegaugeError } from "../core/errors.ts";
import type { Sample } from "../core/sample.ts";
import type { RowFile } from "./checked-rows.ts";
import { fileOf, type RowIndex, type RowPairs } from "./index-rows.ts";

export interface Suspicion {
  readonly files: readonly RowFile[];
  readonly index: RowIndex;
  readonly suspects: RowPairs;
  readonly sampleAt: (row: number) => Sample;
}

/** Throws `data.duplicate-id` for the first two rows that really have one id. */
export function refuseDuplicates({ files, index, suspects, sampleAt }: Suspicion): void {
  for (const [first, later] of suspects) {
    const { id } = sampleAt(later);
    if (sampleAt(first).id !== id) continue;
    const [a, b] = [placeOf(first), placeOf(later)];
    const before = a.file === b.file ? `line ${a.line}` : `${a.file}:${a.line}`;
    throw new FinegaugeError("data.duplicate-id", `the id "${id}" stands in ${before} and again in line ${b.line}`, {
      where: b,
      hint: "give each row its own id, or none",
    });
  }

  /** There are no empty lines between rows, so that counting rows is counting lines. */
  function placeOf(row: number): { file: string; line: number } {
    const file = fileOf(index, row);
    let start = row;
    while (start > 0 && fileOf(index, start - 1) === file) start--;
    return { file: (files[file] as RowFile).shown, line: row - start + 1 };
  }
}
