import type { PairTable } from "../pair-table.ts";
import type { Labels, Side } from "../side.ts";

/** Samples with their numbers, as formulas take them. */
export interface Rows {
  readonly size: number;
  /** 0 = none. */
  readonly groups: Uint32Array | undefined;
  readonly slices: readonly Labels[];
  /** By row, NaN where there is none; undefined for what that side does not know. */
  values(
    side: "candidate" | "baseline",
    metric: string,
  ): { readonly values: Float64Array; readonly unitRange: boolean } | undefined;
}

/** Both sides over the pairs that count. */
export function pairRows(table: PairTable): Rows {
  return {
    size: table.size,
    groups: table.groups?.ids,
    slices: table.slices,
    values(side, metric) {
      const found = table.values(metric);
      if (found === undefined) return undefined;
      // The range of one side is that side's own.
      return { values: found[side], unitRange: table[side].columns.get(metric)?.unitRange ?? false };
    },
  };
}

/** The candidate alone, paired or not. */
export function sideRows(side: Side): Rows {
  return {
    size: side.size,
    groups: side.groups?.ids,
    slices: side.slices,
    values: (which, metric) => (which === "candidate" ? side.columns.get(metric) : undefined),
  };
}

/** Some of the rows, by their places. */
export function someRows({ groups, slices, values }: Rows, places: Uint32Array): Rows {
  const ofPlaces = (ids: Uint32Array) => places.map((at) => ids[at] as number);
  return {
    size: places.length,
    groups: groups && ofPlaces(groups),
    slices: slices.map((labels) => ({ ...labels, ids: ofPlaces(labels.ids) })),
    values(side, metric) {
      const found = values(side, metric);
      return found && { ...found, values: Float64Array.from(places, (at) => found.values[at] as number) };
    },
  };
}

/** Rows of one slice, `metadata.label=disk`; or why there are none. */
export function sliceRows({ slices, size }: Rows, slice: string): Uint8Array | { readonly reason: string } {
  const equals = slice.indexOf("=");
  const [path, value] = equals < 0 ? [slice, undefined] : [slice.slice(0, equals).trim(), slice.slice(equals + 1).trim()];
  const labels = slices.find((one) => one.path === path);
  if (labels === undefined) return { reason: `no sample has a value at ${path}` };
  const inside = new Uint8Array(size);
  let n = 0;
  for (let row = 0; row < size; row++) {
    const id = labels.ids[row] as number;
    if (id === 0 || labels.text(id) !== value) continue;
    inside[row] = 1;
    n++;
  }
  return n > 0 ? inside : { reason: `no sample has ${slice}` };
}
