import type { Groups } from "./groups.ts";

/** Rows in the order of their groups: those of group `g` stand from `starts[g]` to before `starts[g + 1]`, in their own order. */
export interface GroupedRows {
  readonly members: Int32Array;
  readonly starts: Int32Array;
  readonly groups: number;
  readonly largest: number;
}

/** @param isLeftOut rows that belong nowhere */
export function groupedRows(together: Groups, isLeftOut: (row: number) => boolean): GroupedRows {
  const { rows } = together;
  const places = new Int32Array(rows);
  const sizes = new Int32Array(rows);
  let groups = 0;
  let kept = 0;
  for (let row = 0; row < rows; row++) {
    if (isLeftOut(row)) continue;
    const first = together.of(row);
    if (first === row) places[row] = groups++;
    const place = places[first] as number;
    sizes[place] = (sizes[place] as number) + 1;
    kept++;
  }
  const starts = new Int32Array(groups + 1);
  let largest = 0;
  for (let group = 0; group < groups; group++) {
    largest = Math.max(largest, sizes[group] as number);
    starts[group + 1] = (starts[group] as number) + (sizes[group] as number);
  }
  const next = starts.slice();
  const members = new Int32Array(kept);
  for (let row = 0; row < rows; row++) {
    if (isLeftOut(row)) continue;
    const place = places[together.of(row)] as number;
    members[next[place] as number] = row;
    next[place] = (next[place] as number) + 1;
  }
  return { members, starts, groups, largest };
}
