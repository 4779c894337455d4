import { gramWords } from "./grams.ts";
import { hashTable } from "./hash-table.ts";
import type { Hashes } from "./hashes.ts";
import { mixed } from "./text-key.ts";

const base = 0x2c9277b5;
/** What a word of a run is multiplied with, by its place. */
const factors = Array.from({ length: gramWords }, (_, at) => {
  let factor = 1;
  for (let i = at; i < gramWords - 1; i++) factor = Math.imul(factor, base);
  return factor;
});

/** Inner words that a form leaves open: none, one, or two together. A name is often two words once its punctuation is gone. */
const slots = [
  { at: 0, length: 0 },
  ...[1, 2, 3, 4, 5, 6].map((at) => ({ at, length: 1 })),
  ...[1, 2, 3, 4, 5].map((at) => ({ at, length: 2 })),
];

/**
 * 1 at each place at which a run of eight words begins that belongs to a template: at least `from` of the texts have it, or have it but for
 * one word or two neighbouring ones in the middle (`since the last deploy … fails the`).
 *
 * @param starts where each text begins, and at the end where the last one ends
 */
export function templateGrams(words: Hashes, starts: Uint32Array, from: number): Uint8Array {
  const found = new Uint8Array(words.length);
  // 32 bits will do: of a million runs some hundred pairs fall together, and a template takes more than two.
  const keys = new Uint32Array(words.length);
  for (const slot of slots) {
    const table = hashTable(words.length);
    const having = new Uint32Array(words.length);
    /** The last text that had it, from 1. */
    const last = new Uint32Array(words.length);
    for (let text = 0; text + 1 < starts.length; text++) {
      for (let at = starts[text] as number; at + gramWords <= (starts[text + 1] as number); at++) {
        const place = table.add(keyOf(words.values, at, slot));
        keys[at] = place;
        if (last[place] === text + 1) continue;
        last[place] = text + 1;
        having[place] = (having[place] as number) + 1;
      }
    }
    for (let text = 0; text + 1 < starts.length; text++) {
      for (let at = starts[text] as number; at + gramWords <= (starts[text + 1] as number); at++) {
        if ((having[keys[at] as number] as number) >= from) found[at] = 1;
      }
    }
  }
  return found;
}

function keyOf(words: Int32Array, at: number, slot: { readonly at: number; readonly length: number }): number {
  let hash = 0;
  for (let i = 0; i < gramWords; i++) {
    if (i < slot.at || i >= slot.at + slot.length) hash = (hash + Math.imul(words[at + i] as number, factors[i] as number)) | 0;
  }
  return mixed(hash);
}
