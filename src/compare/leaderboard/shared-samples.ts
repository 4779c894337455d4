import { clustersOf } from "../estimate.ts";
import { sameHash } from "../hashes.ts";
import { pairSamples } from "../pair-samples.ts";
import type { Side } from "../side.ts";

/** The samples that all of some sides were asked, and what each side scored on them. */
export interface SharedSamples {
  readonly size: number;
  /** By side; NaN where it has no score. In the order of the samples' hashes, so that nothing depends on who was asked when. */
  readonly scores: readonly Float64Array[];
  /** Numbered from 1 without holes; 0 = none, a group of its own. Absent: all are independent. */
  readonly groups?: Uint32Array;
  /** Scores cannot leave 0 to 1. */
  readonly unitRange: boolean;
}

/**
 * Whom the others are paired with: of the data that most sides have, the side with the most samples, of those the newest.
 *
 * @param sides at least one
 */
export function referenceOf(sides: readonly Side[]): Side {
  const times = new Map<string, number>();
  for (const { facts } of sides) times.set(facts.data_hash, (times.get(facts.data_hash) ?? 0) + 1);
  const common = ({ facts }: Side) => times.get(facts.data_hash) ?? 0;
  const [first] = [...sides].sort(
    (a, b) => common(b) - common(a) || b.size - a.size || (a.facts.run < b.facts.run ? 1 : a.facts.run > b.facts.run ? -1 : 0),
  );
  if (first === undefined) throw new RangeError("referenceOf: no side");
  return first;
}

/** How many samples a side shares with the reference: the same content and right answer. */
export function sharedCount(reference: Side, side: Side): number {
  if (side === reference) return side.size;
  const pairs = pairSamples(reference, side);
  return pairs.size - pairs.changedIdeals.length;
}

/** @param sides with the reference among them */
export function sharedSamples(reference: Side, sides: readonly Side[], metric: string): SharedSamples {
  const rowsOf = sides.map((side) => rowsInReference(reference, side));
  const kept: number[] = [];
  for (let row = 0; row < reference.size; row++) if (rowsOf.every((rows) => (rows[row] as number) >= 0)) kept.push(row);
  kept.sort((a, b) => byHash(reference, a, b));
  const columns = sides.map((side) => side.columns.get(metric));
  const scores = sides.map((_, at) => {
    const [values, rows] = [columns[at]?.values, rowsOf[at] as Int32Array];
    return Float64Array.from(kept, (row) => values?.[rows[row] as number] ?? Number.NaN);
  });
  const groups = groupsOf(sides, rowsOf, kept);
  const unitRange = columns.every((column) => column === undefined || column.unitRange);
  return { size: kept.length, scores, unitRange, ...(groups && { groups }) };
}

/** For each row of the reference, the row of the same sample; -1 where there is none, or another right answer. */
function rowsInReference(reference: Side, side: Side): Int32Array {
  if (side === reference) return Int32Array.from({ length: side.size }, (_, row) => row);
  const rows = new Int32Array(reference.size).fill(-1);
  const pairs = pairSamples(reference, side);
  for (let at = 0; at < pairs.size; at++) rows[pairs.baseline[at] as number] = pairs.candidate[at] as number;
  for (const at of pairs.changedIdeals) rows[pairs.baseline[at] as number] = -1;
  return rows;
}

function byHash({ item, id }: Side, a: number, b: number): number {
  const hashes = sameHash(item, a, item, b) ? id : item;
  const high = (hashes[2 * a] as number) - (hashes[2 * b] as number);
  return high !== 0 ? high : (hashes[2 * a + 1] as number) - (hashes[2 * b + 1] as number);
}

/** By the first side that knows them: a baseline file has no metadata. */
function groupsOf(sides: readonly Side[], rowsOf: readonly Int32Array[], kept: readonly number[]): Uint32Array | undefined {
  for (const [at, { groups }] of sides.entries()) {
    const rows = rowsOf[at] as Int32Array;
    const ids = groups && Uint32Array.from(kept, (row) => groups.ids[rows[row] as number] as number);
    if (!ids?.some((id) => id !== 0)) continue;
    const { of } = clustersOf(ids);
    return Uint32Array.from(of, (cluster, sample) => (ids[sample] === 0 ? 0 : cluster + 1));
  }
  return undefined;
}
