import type { Delta, SliceDelta } from "../core/comparison.ts";
import { benjaminiHochberg } from "../stats/adjust.ts";
import type { Labels } from "./side.ts";

/** More values of one path than this are no slices to read; the largest are shown. */
const mostShown = 50;
/** Fewer pairs than this say nothing alone. */
const fewest = 2;

/** The primary metric's change by the values of each path, largest slice first; p adjusted within a path. */
export function sliceDeltas(slices: readonly Labels[], measure: (at: Uint32Array) => Delta): SliceDelta[] {
  return slices.flatMap((labels) => {
    if (labels.full) return [];
    const parts = partsOf(labels)
      .filter(([, at]) => at.length >= fewest)
      .slice(0, mostShown);
    const deltas = parts.map(([, at]) => measure(at));
    const known = deltas.flatMap(({ p }, index) => (p === null ? [] : [{ p, index }]));
    const adjusted = benjaminiHochberg(known.map(({ p }) => p));
    const by = new Map(known.map(({ index }, at) => [index, adjusted[at] as number]));
    return deltas.map((delta, index) => ({
      path: labels.path,
      value: labels.text((parts[index] as [number, Uint32Array])[0]),
      delta: { ...delta, p_adjusted: by.get(index) ?? null },
    }));
  });
}

/** Places of the pairs by value, largest first. */
function partsOf({ ids, text }: Labels): [number, Uint32Array][] {
  const sizes = new Map<number, number>();
  for (const id of ids) if (id !== 0) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  const parts = new Map([...sizes].map(([id, size]) => [id, { at: new Uint32Array(size), filled: 0 }]));
  for (let pair = 0; pair < ids.length; pair++) {
    const part = parts.get(ids[pair] as number);
    if (part !== undefined) part.at[part.filled++] = pair;
  }
  return [...parts]
    .map(([id, { at }]): [number, Uint32Array] => [id, at])
    .sort(([a, atA], [b, atB]) => atB.length - atA.length || (text(a) < text(b) ? -1 : 1));
}
