import type { Metric } from "../core/metric.ts";
import type { SliceTable } from "./collector.ts";
import type { ValueIds } from "./value-ids.ts";

/** More values than this are shown as one. */
const mostShown = 200;
/** More than this are no slices but names. */
export const mostKept = 10_000;

/** One slice's samples put together by value, each handed to `measure` in issue order. */
export function sliceTable(slice: ValueIds, seqs: Uint32Array, measure: (seqs: Uint32Array) => Metric): SliceTable {
  const { path } = slice;
  if (slice.full()) return { path, values: [], reason: `more than ${mostKept.toLocaleString("en")} different values` };
  const sizes = new Map<number, number>();
  for (const seq of seqs) {
    const id = slice.ids.get(seq);
    sizes.set(id, (sizes.get(id) ?? 0) + 1);
  }
  sizes.delete(0);
  if (sizes.size === 0) return { path, values: [], reason: `no sample has a value at ${path}` };

  const ids = [...sizes.keys()];
  const text = (id: number) => slice.text(id);
  ids.sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || (text(a) < text(b) ? -1 : 1));
  const shown = ids.length > mostShown ? ids.slice(0, mostShown) : ids;
  const rest = ids.slice(shown.length);
  const parts = split(seqs, slice, [...shown.map((id) => [id]), ...(rest.length > 0 ? [rest] : [])]);
  const values = parts.map((part, i) => {
    const id = shown[i];
    return { value: id === undefined ? `other (${rest.length} values)` : text(id), metric: measure(part) };
  });
  return { path, values };
}

/** The seqs of each set of ids, every one in the order given. */
function split(seqs: Uint32Array, slice: ValueIds, sets: readonly (readonly number[])[]): Uint32Array[] {
  const partOf = new Map<number, number>();
  for (const [part, ids] of sets.entries()) for (const id of ids) partOf.set(id, part);
  const sizes = new Uint32Array(sets.length);
  for (const seq of seqs) {
    const part = partOf.get(slice.ids.get(seq));
    if (part !== undefined) sizes[part] = (sizes[part] as number) + 1;
  }
  const parts = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(sets.length);
  for (const seq of seqs) {
    const part = partOf.get(slice.ids.get(seq));
    if (part === undefined) continue;
    const at = filled[part] as number;
    (parts[part] as Uint32Array)[at] = seq;
    filled[part] = at + 1;
  }
  return parts;
}
