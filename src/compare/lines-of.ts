import { noSeq, type Side, type SideLine } from "./side.ts";

/** The lines of some rows of a side, each row's in order of attempts. Reads the source once. */
export async function linesOf(side: Side, rows: Iterable<number>): Promise<ReadonlyMap<number, readonly SideLine[]>> {
  const rowOfSeq = new Map<number, number>();
  const found = new Map<number, SideLine[]>();
  for (const row of rows) {
    found.set(row, []);
    for (let attempt = 0; attempt < side.attempts; attempt++) {
      const seq = side.seqs[row * side.attempts + attempt] as number;
      if (seq !== noSeq) rowOfSeq.set(seq, row);
    }
  }
  if (rowOfSeq.size === 0) return found;
  for await (const line of side.source.samples(rowOfSeq)) found.get(rowOfSeq.get(line.seq) ?? -1)?.push(line);
  for (const lines of found.values()) lines.sort((a, b) => a.attempt - b.attempt);
  return found;
}
