import { distinctShingles } from "./distinct-shingles.ts";
import type { EvalTexts, Unit } from "./eval-texts.ts";
import type { Hashes } from "./hashes.ts";
import { placeSet } from "./place-set.ts";
import { postingLists } from "./posting-lists.ts";
import { rareness } from "./rareness.ts";

/** A unit that is nearly in a training row. */
interface Near {
  readonly unit: number;
  /** Jaccard similarity or containment, the larger. */
  readonly similarity: number;
}

export interface NearIndex {
  /**
   * @param shingles of the row's text, in its order
   * @param asked how many of them are of what the row asks, and not of its last answer
   */
  near(shingles: Hashes, asked: number): Near[];
}

/** Shared shingles out of all of both, and out of those of the unit, from which the two are nearly the same. */
const leastJaccard = 0.7;
const leastContained = 0.8;
/** Share of what the shingles weigh: what tells a text from others that fill in the same form must agree too. */
const leastWeight = 0.7;
/** Share of the weight that is looked up in each row, the rarest shingles first. */
const lookedUp = 0.42;
const fewestShingles = 20;
/** Shingles of a row that are compared at once: in a whole book stand most shingles of any sentence. */
const blockLength = 8192;

/**
 * Finds every unit that a row is near to, and misses none, which MinHash would: such a row lacks at most 30 % of what a unit's shingles weigh,
 * so that of the 42 % that are looked up, rarest shingles first, it has at least 12; for those few units all shingles are compared. About 10
 * bytes for each character of the units.
 *
 * @param isLongEnough whether a unit has words enough to be judged by a part of them
 */
export function nearIndex({ units }: EvalTexts, isLongEnough: (unit: number) => boolean): NearIndex {
  const distinct = distinctShingles();
  const rare = rareness(units.length);
  for (const { text } of units) rare.add(distinct(text));

  const weightOf = (shingles: Iterable<number>) => {
    let sum = 0;
    for (const shingle of shingles) sum += rare.weight(shingle);
    return sum;
  };
  const leastHits = new Float64Array(units.length);
  let longest = 0;
  const chosen = units.map(({ text }, at) => {
    const shingles = isLongEnough(at) ? [...distinct(text)] : [];
    if (shingles.length < fewestShingles) return new Int32Array(0);
    longest = Math.max(longest, text.length);
    const all = weightOf(shingles);
    shingles.sort((a, b) => rare.having(a) - rare.having(b));
    let kept = 0;
    let weight = 0;
    while (weight < all * lookedUp) weight += rare.weight(shingles[kept++] as number);
    leastHits[at] = Math.floor(weight - all * (1 - leastWeight));
    return Int32Array.from(shingles.slice(0, kept));
  });
  const { data, find } = postingLists(chosen, rare.weight);

  const block = Math.max(blockLength, 2 * longest);
  const hits = new Float64Array(units.length);
  const seen = placeSet();

  const nearIn = (shingles: Int32Array, asked: number): Near[] => {
    const touched: number[] = [];
    // One that the row has twice counts twice here, which makes a candidate at most.
    for (let at = 0; at < shingles.length; at++) {
      const list = find(shingles[at] as number);
      if (list < 0) continue;
      const weight = data[list] as number;
      const end = list + 2 + (data[list + 1] as number);
      for (let next = list + 2; next < end; next++) {
        const unit = data[next] as number;
        if (hits[unit] === 0) touched.push(unit);
        hits[unit] = (hits[unit] as number) + weight;
      }
    }
    const found: Near[] = [];
    let isSeen = false;
    seen.clear();
    for (const unit of touched) {
      if ((hits[unit] as number) >= (leastHits[unit] as number)) {
        if (!isSeen) for (let at = 0; at < shingles.length; at++) seen.add(shingles[at] as number, at);
        isSeen = true;
        const similarity = similarityTo(units[unit] as Unit, shingles, asked);
        if (similarity > 0) found.push({ unit, similarity });
      }
      hits[unit] = 0;
    }
    return found;
  };

  /** 0 = not near. */
  const similarityTo = ({ text }: Unit, shingles: Int32Array, asked: number): number => {
    const wanted = distinct(text);
    let weight = 0;
    let weightFound = 0;
    let found = 0;
    let foundAsked = 0;
    for (const shingle of wanted) {
      const place = seen.find(shingle);
      const more = rare.weight(shingle);
      weight += more;
      if (place < 0) continue;
      weightFound += more;
      found++;
      if (place < asked) foundAsked++;
    }
    if (weightFound < weight * leastWeight) return 0;
    const whole = found / (wanted.length + seen.size - found);
    const question = foundAsked / (wanted.length + seen.countBefore(asked) - foundAsked);
    const jaccard = asked > 0 ? Math.max(whole, question) : whole;
    const isWide = shingles.length > 3 * text.length;
    const contained =
      found < leastContained * wanted.length
        ? 0
        : isWide
          ? containedWithin(wanted, shingles, 2 * text.length)
          : found / wanted.length;
    if (jaccard < leastJaccard && contained < leastContained) return 0;
    return Math.max(jaccard, contained);
  };

  return {
    near(row, asked) {
      if (longest === 0) return [];
      const whole = row.values.subarray(0, row.length);
      if (row.length <= block) return nearIn(whole, asked);
      const best = new Map<number, Near>();
      for (let at = 0; at + block / 2 < row.length; at += block / 2) {
        for (const one of nearIn(whole.subarray(at, at + block), 0)) {
          if (one.similarity > (best.get(one.unit)?.similarity ?? 0)) best.set(one.unit, one);
        }
      }
      return [...best.values()];
    },
  };
}

/** The largest share of `wanted` that stands within `width` shingles in a row: words scattered over a long text are no copy. */
function containedWithin(wanted: Int32Array, shingles: Int32Array, width: number): number {
  const counts = new Map<number, number>();
  for (const shingle of wanted) counts.set(shingle, 0);
  let inside = 0;
  let most = 0;
  for (let at = 0; at < shingles.length; at++) {
    const entering = counts.get(shingles[at] as number);
    if (entering !== undefined) {
      if (entering === 0) inside++;
      counts.set(shingles[at] as number, entering + 1);
    }
    const gone = at >= width ? counts.get(shingles[at - width] as number) : undefined;
    if (gone !== undefined) {
      if (gone === 1) inside--;
      counts.set(shingles[at - width] as number, gone - 1);
    }
    if (inside > most) most = inside;
  }
  return most / wanted.length;
}
