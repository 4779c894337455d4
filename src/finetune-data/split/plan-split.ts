import { FinegaugeError } from "../../core/errors.ts";
import { assignByLabel } from "./assign-by-label.ts";
import { assignByTime } from "./assign-by-time.ts";
import { groupedRows } from "./grouped-rows.ts";
import type { SplitTable } from "./read-split-rows.ts";
import { type WantedPart, wantedSizes } from "./wanted-sizes.ts";

/** How much of something a part has. */
interface SplitPart {
  readonly name: string;
  readonly wanted: number;
  readonly rows: number;
  /** Rows of each label, in the order of `labels`. */
  readonly labels: readonly number[];
}

/** Which row goes where, and what came of it. */
export interface SplitPlan {
  readonly rows: number;
  readonly parts: readonly SplitPart[];
  readonly labels: readonly string[];
  /** Of each row the place of its part; -1: it cannot be read. */
  partOf(row: number): number;
  /** Of each row the line on which its group begins. */
  groupOf(row: number): number;
  /** All rows in their order, those that cannot be read included. */
  places(): Generator<{ readonly line: number; readonly part: number; readonly group: number }, void, void>;
  readonly groups: number;
  /** Rows of the largest group. */
  readonly largest: number;
  readonly joined: ReadonlyMap<string, number>;
  readonly unreadable: ReadonlyMap<string, number>;
  readonly without: ReadonlyMap<string, number>;
  /** By time: rows that are in an earlier part than their own time says, since their group begins there. */
  readonly heldBack: number | undefined;
}

/**
 * Shares out the rows of a table, whole groups each.
 *
 * @param held parts besides `train`
 * @throws FinegaugeError `data.invalid` where a part would be empty
 */
export function planSplit(
  table: SplitTable,
  { held, seed, file }: { readonly held: readonly WantedPart[]; readonly seed: number; readonly file: string },
): SplitPlan {
  const { rows, groups, labelOf, labels, times, lines, bad } = table;
  const grouped = groupedRows(groups, (row) => bad[row] === 1);
  const wanted = wantedSizes(rows, held, file);
  const { partOf, heldBack } =
    times === undefined
      ? { partOf: assignByLabel(grouped, { wanted, labelOf, labels: labels.length, seed }), heldBack: undefined }
      : assignByTime(grouped, times, wanted);

  const partOfRow = new Int8Array(groups.rows).fill(-1);
  const sizes = wanted.map(() => 0);
  const labelled = wanted.map(() => labels.map(() => 0));
  for (let group = 0; group < grouped.groups; group++) {
    const part = partOf[group] as number;
    for (const row of grouped.members.subarray(grouped.starts[group], grouped.starts[group + 1])) {
      partOfRow[row] = part;
      sizes[part] = (sizes[part] as number) + 1;
      const own = labelled[part] as number[];
      const label = labelOf?.[row];
      if (label !== undefined) own[label] = (own[label] as number) + 1;
    }
  }
  const names = ["train", ...held.map(({ name }) => name)];
  const empty = sizes.indexOf(0);
  if (empty >= 0) {
    const reasons = [...table.joined].sort(([, a], [, b]) => b - a).map(([why]) => why);
    throw new FinegaugeError(
      "data.invalid",
      `nothing is left for ${names[empty]}: the largest group has ${grouped.largest} of ${rows} rows`,
      { where: { file }, hint: `rows stay together by ${reasons.join(", ")}: --no-near, or another --by` },
    );
  }
  const partAt = (row: number) => partOfRow[row] ?? -1;
  const groupOf = (row: number) => lines[groups.of(row)] as number;
  return {
    rows,
    parts: names.map((name, at) => ({
      name,
      wanted: wanted[at] as number,
      rows: sizes[at] as number,
      labels: labelled[at] as number[],
    })),
    labels,
    partOf: partAt,
    groupOf,
    *places() {
      for (let row = 0; row < groups.rows; row++) yield { line: lines[row] as number, part: partAt(row), group: groupOf(row) };
    },
    groups: grouped.groups,
    largest: grouped.largest,
    joined: table.joined,
    unreadable: table.unreadable,
    without: table.without,
    heldBack,
  };
}
