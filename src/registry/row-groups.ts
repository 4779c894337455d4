import { valueAt } from "../core/eval-spec.ts";
import { canonicalJson } from "../core/json.ts";
import { pythonShuffle } from "../core/random.ts";
import type { SampleContent } from "../core/sample.ts";
import { floatList } from "./float-list.ts";

/** Which rows belong together. */
export interface RowGroups {
  add(sample: SampleContent): void;
  /** Rows with the groups in a random order, the rows of one group next to each other and in file order. */
  order(seed: number): Uint32Array;
  /** Rows in the largest group. */
  largest(): number;
}

/** Rows by the value at a path; a row without one is a group of its own. */
export function rowGroups(path: string): RowGroups {
  const keys = path.split(".");
  const known = new Map<string, number>();
  const groupOf = floatList();
  let groups = 0;

  function groupFor(sample: SampleContent): number {
    const value = valueAt({ ...sample }, keys);
    if (value === undefined || value === null) return groups++;
    const text = typeof value === "string" ? value : canonicalJson(value);
    let group = known.get(text);
    if (group === undefined) {
      group = groups++;
      known.set(text, group);
    }
    return group;
  }

  return {
    add: (sample) => groupOf.push(groupFor(sample)),
    order(seed) {
      const rows = groupOf.length();
      const rankOf = new Uint32Array(groups);
      for (const [rank, group] of pythonShuffle(groups, seed).entries()) rankOf[group] = rank;
      // A counting sort by rank keeps the rows of a group in file order.
      const nextPlace = new Uint32Array(groups + 1);
      for (let row = 0; row < rows; row++) {
        const after = (rankOf[groupOf.at(row)] as number) + 1;
        nextPlace[after] = (nextPlace[after] as number) + 1;
      }
      for (let rank = 0; rank < groups; rank++)
        nextPlace[rank + 1] = (nextPlace[rank + 1] as number) + (nextPlace[rank] as number);
      const order = new Uint32Array(rows);
      for (let row = 0; row < rows; row++) {
        const rank = rankOf[groupOf.at(row)] as number;
        order[nextPlace[rank] as number] = row;
        nextPlace[rank] = (nextPlace[rank] as number) + 1;
      }
      return order;
    },
    largest() {
      const sizes = new Uint32Array(groups);
      for (let row = 0; row < groupOf.length(); row++) {
        const group = groupOf.at(row);
        sizes[group] = (sizes[group] as number) + 1;
      }
      return sizes.reduce((most, size) => Math.max(most, size), 0);
    },
  };
}
