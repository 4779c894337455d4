import { distinctShingles } from "./distinct-shingles.ts";
import { bandHashes, bands } from "./min-hash.ts";
import type { TextSpool } from "./text-spool.ts";
import { countWords } from "./words.ts";

const leastJaccard = 0.7;
/** A shorter text is only compared as a whole: a few words are nearly the same as many others. */
export const fewestWords = 8;
/** Texts with one hash of a band that are compared with: where a form makes hundreds alike, its first ones will do. */
const mostPerBand = 8;

/** Normalised texts, held against those that were kept before them. */
export interface NearTexts {
  /**
   * Calls `visit` with each kept text whose shingles have a Jaccard similarity of 0.7 or more with this one's. MinHash finds 61 of 100 at
   * 0.7, 95 at 0.8, 9,998 of 10,000 at 0.9.
   *
   * @param text its number in the spool
   * @param isWanted asked before texts are compared, which costs most
   * @returns false: too short to be near to anything
   */
  each(text: number, isWanted: (other: number) => boolean, visit: (other: number) => void): boolean;
  /** Keeps the text that `each` was given last. */
  keep(): void;
}

/** The bands by which texts are found. Whoever goes through the texts once for each part of them needs less memory at a time. */
interface BandRange {
  readonly first: number;
  readonly count: number;
}

/** 8 bytes for each band of each text of the spool, all of them at once. */
export function nearTexts(spool: TextSpool, { first, count }: BandRange = { first: 0, count: bands }): NearTexts {
  const distinct = distinctShingles();
  const distinctOther = distinctShingles();
  const table = bandTable(spool.size * count);
  const hashes = new Int32Array(count);
  let last = -1;
  return {
    each(text, isWanted, visit) {
      const said = spool.at(text);
      if (countWords(said, fewestWords) < fewestWords) return false;
      last = text;
      const shingles = distinct(said);
      bandHashes(shingles, hashes, first);
      let own: ReadonlySet<number> | undefined;
      const seen = new Set<number>();
      table.each(hashes, (other) => {
        if (seen.has(other) || !isWanted(other)) return;
        seen.add(other);
        own ??= new Set(shingles);
        if (jaccard(own, distinctOther(spool.at(other))) >= leastJaccard) visit(other);
      });
      return true;
    },
    keep: () => table.add(hashes, last),
  };
}

function jaccard(own: ReadonlySet<number>, other: Int32Array): number {
  let both = 0;
  for (const shingle of other) if (own.has(shingle)) both++;
  return both / (own.size + other.length - both);
}

/** The texts by the hashes of their bands. */
function bandTable(entries: number) {
  const capacity = Math.ceil(entries / 0.75) + 64;
  /** The lower half of a hash: its place stands for the upper one, and what falls together all the same is compared in full. */
  const keys = new Uint16Array(capacity);
  /** Text + 1; 0 = free. */
  const values = new Int32Array(capacity);
  const slotOf = (hash: number) => Math.floor(((hash >>> 0) / 2 ** 32) * capacity);
  return {
    add(hashes: Int32Array, text: number) {
      for (const hash of hashes) {
        let same = 0;
        let slot = slotOf(hash);
        for (; values[slot] !== 0 && same < mostPerBand; slot = slot + 1 === capacity ? 0 : slot + 1)
          if (keys[slot] === (hash & 0xffff)) same++;
        if (same === mostPerBand) continue;
        keys[slot] = hash & 0xffff;
        values[slot] = text + 1;
      }
    },
    each(hashes: Int32Array, visit: (text: number) => void) {
      for (const hash of hashes) {
        for (let slot = slotOf(hash); values[slot] !== 0; slot = slot + 1 === capacity ? 0 : slot + 1) {
          if (keys[slot] === (hash & 0xffff)) visit((values[slot] as number) - 1);
        }
      }
    },
  };
}
