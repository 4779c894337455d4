import { seededRandom } from "../../core/random.ts";
import type { GroupedRows } from "./grouped-rows.ts";

interface Assignment {
  /** Of each part the rows that it is to have; they add up to all rows. */
  readonly wanted: readonly number[];
  /** Of each row the place of its label; absent: all rows are alike. */
  readonly labelOf?: Int32Array | undefined;
  readonly labels: number;
  readonly seed: number;
}

/**
 * Gives each group of rows to a part, by chance, the largest groups first.
 *
 * A group goes where its labels are furthest behind their share, so that each part has each label about as often as the whole has; among
 * parts into which it fits, unless none is left, and then to the one that lacks most. Each part comes out less than the largest group away
 * from what it is to have, and without groups to the row.
 *
 * @returns of each group the place of its part
 * @see Sechidis, Tsoumakas & Vlahavas 2011, iterative stratification; the order within a label is Webster's
 */
export function assignByLabel(rows: GroupedRows, { wanted, labelOf, labels, seed }: Assignment): Uint8Array {
  const { members, starts, groups } = rows;
  const parts = wanted.length;
  const total = members.length;
  const width = Math.max(1, labels);
  const labelAt = (at: number) => (labelOf === undefined ? 0 : (labelOf[members[at] as number] as number));
  const counts = new Float64Array(width);
  for (let at = 0; at < total; at++) counts[labelAt(at)] = (counts[labelAt(at)] as number) + 1;
  const lacking = Float64Array.from(wanted);
  const had = new Float64Array(parts * width);
  const own = new Int32Array(width);
  const partOf = new Uint8Array(groups);
  const isFilled = wanted.map(() => false);
  let left = groups;
  for (const group of largestFirst(rows, seed)) {
    const start = starts[group] as number;
    const end = starts[group + 1] as number;
    const touched: number[] = [];
    for (let at = start; at < end; at++) {
      const label = labelAt(at);
      if (own[label] === 0) touched.push(label);
      own[label] = (own[label] as number) + 1;
    }
    let most = 0;
    for (let part = 1; part < parts; part++) if ((lacking[part] as number) > (lacking[most] as number)) most = part;
    // A part may be too small for the last groups, but none is left empty while there are any.
    const empty = isFilled.filter((filled) => !filled).length;
    const candidates = left-- <= empty ? isFilled.map((filled) => !filled) : undefined;
    if (candidates?.[most] === false) most = candidates.indexOf(true);
    let best = most;
    let least = Number.POSITIVE_INFINITY;
    for (let part = 0; part < parts; part++) {
      if (part !== most && ((lacking[part] as number) < end - start || candidates?.[part] === false)) continue;
      let filled = 0;
      for (const label of touched) {
        const more = own[label] as number;
        const share = ((wanted[part] as number) / total) * (counts[label] as number);
        filled += (more * ((had[part * width + label] as number) + more / 2)) / share;
      }
      if (filled >= least) continue;
      least = filled;
      best = part;
    }
    for (const label of touched) {
      had[best * width + label] = (had[best * width + label] as number) + (own[label] as number);
      own[label] = 0;
    }
    lacking[best] = (lacking[best] as number) - (end - start);
    isFilled[best] = true;
    partOf[group] = best;
  }
  return partOf;
}

/** Groups by falling size; those of one size in an order of chance. */
function largestFirst({ starts, groups, largest }: GroupedRows, seed: number): Int32Array {
  const random = seededRandom(seed);
  const order = Int32Array.from({ length: groups }, (_, group) => group);
  for (let i = groups - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  const sizeOf = (group: number) => (starts[group + 1] as number) - (starts[group] as number);
  return largest === 1 ? order : order.sort((a, b) => sizeOf(b) - sizeOf(a));
}
