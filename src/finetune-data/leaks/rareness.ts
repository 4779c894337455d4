import { hashTable } from "./hash-table.ts";
import { type Hashes, hashes, push } from "./hashes.ts";

/** In how many texts each of their words, or shingles, is. */
interface Rareness {
  /** Counts the words of one more text, each once. */
  add(distinct: Iterable<number>): void;
  /** In how many texts so far; 0 for a word that is in none. */
  having(hash: number): number;
  /**
   * How much a word tells one text from another: the square of the logarithm of the share of texts that have it, as in the cosine of two
   * tf-idf vectors, in thousandths. The words of a form that all texts fill in weigh next to nothing.
   *
   * @see Sparck Jones 1972
   */
  weight(hash: number): number;
}

export function rareness(texts: number): Rareness {
  const places = hashTable();
  const counts: Hashes = hashes();
  const having = (hash: number) => {
    const place = places.find(hash);
    return place < 0 ? 0 : (counts.values[place] as number);
  };
  return {
    add(distinct) {
      for (const hash of distinct) {
        const place = places.add(hash);
        if (place === counts.length) push(counts, 0);
        counts.values[place] = (counts.values[place] as number) + 1;
      }
    },
    having,
    weight: (hash) => 1 + Math.round(1000 * Math.log((texts + 1) / Math.max(1, having(hash))) ** 2),
  };
}
