import type { GroupedRows } from "./grouped-rows.ts";

/**
 * Gives the earliest rows to the first part, the next ones to the second, and so on; a group goes where its earliest row goes.
 *
 * @param times milliseconds, of each row
 * @returns of each group the place of its part; and of how many rows their group's earliest row decided otherwise than they would
 */
export function assignByTime(
  { members, starts, groups }: GroupedRows,
  times: Float64Array,
  wanted: readonly number[],
): { readonly partOf: Uint8Array; readonly heldBack: number } {
  const order = members.slice().sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
  const partOfRow = new Uint8Array(times.length);
  let at = 0;
  for (const [part, size] of wanted.entries()) for (const end = at + size; at < end; at++) partOfRow[order[at] as number] = part;
  const partOf = new Uint8Array(groups);
  let heldBack = 0;
  for (let group = 0; group < groups; group++) {
    const own = members.subarray(starts[group], starts[group + 1]);
    let earliest = wanted.length - 1;
    for (const row of own) earliest = Math.min(earliest, partOfRow[row] as number);
    for (const row of own) if (partOfRow[row] !== earliest) heldBack++;
    partOf[group] = earliest;
  }
  return { partOf, heldBack };
}
