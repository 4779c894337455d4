import { hashTable } from "./hash-table.ts";
import { hashes, push } from "./hashes.ts";

/** For each of some hashes a weight, and the texts that are listed under it. */
interface PostingLists {
  /** Where its list begins in `data`: weight, number of texts, then the texts; -1 where it has none. */
  find(hash: number): number;
  readonly data: Int32Array;
}

/** Bits of a table that says at once of most hashes that they have no list; half a megabyte stays in a processor's cache. */
const filterBits = 22;

/**
 * Lists the texts by their hashes. Laid out so that a look-up touches one place in memory, or none: with a million training rows the time
 * goes into waiting for memory, and into nothing else.
 *
 * @param hashesOf of each text, each once
 * @param weight of a hash, a whole number
 */
export function postingLists(hashesOf: readonly Int32Array[], weight: (hash: number) => number): PostingLists {
  const places = hashTable();
  const lengths = hashes();
  const keys = hashes();
  let total = 0;
  for (const list of hashesOf) {
    for (const hash of list) {
      const place = places.add(hash);
      if (place === lengths.length) {
        push(lengths, 0);
        push(keys, hash);
      }
      lengths.values[place] = (lengths.values[place] as number) + 1;
      total++;
    }
  }
  const data = new Int32Array(total + 2 * places.size);
  const next = new Int32Array(places.size);
  let capacity = 1024;
  while (capacity < places.size * 2) capacity *= 2;
  /** Hash and the place of its list + 1, side by side. */
  const slots = new Int32Array(capacity * 2);
  const filter = new Int32Array(2 ** (filterBits - 5));
  let end = 0;
  for (let place = 0; place < places.size; place++) {
    const key = keys.values[place] as number;
    data[end] = weight(key);
    data[end + 1] = lengths.values[place] as number;
    next[place] = end + 2;
    let slot = key & (capacity - 1);
    while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & (capacity - 1);
    slots[slot * 2] = key;
    slots[slot * 2 + 1] = end + 1;
    const bit = key >>> (32 - filterBits);
    filter[bit >>> 5] = (filter[bit >>> 5] as number) | (1 << (bit & 31));
    end += 2 + (lengths.values[place] as number);
  }
  for (const [text, list] of hashesOf.entries()) {
    for (const hash of list) {
      const place = places.find(hash);
      const at = next[place] as number;
      data[at] = text;
      next[place] = at + 1;
    }
  }

  return {
    data,
    find(hash) {
      const bit = hash >>> (32 - filterBits);
      if (((filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return -1;
      let slot = hash & (capacity - 1);
      for (;;) {
        const place = slots[slot * 2 + 1] as number;
        if (place === 0) return -1;
        if (slots[slot * 2] === hash) return place - 1;
        slot = (slot + 1) & (capacity - 1);
      }
    },
  };
}
