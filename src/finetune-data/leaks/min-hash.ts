import { mersenneTwister } from "../../core/random.ts";
import { mixed } from "./text-key.ts";

/** Sixteen bands of eight: two texts fall together in one with a chance of 1 - (1 - s^8)^16 at Jaccard similarity s, 0.61 at 0.7, 0.95 at 0.8. */
export const bands = 16;
const bandRows = 8;
const permutations = bands * bandRows;

const next = mersenneTwister(0);
const factors = Int32Array.from({ length: permutations }, () => next() | 1);
const shifts = Int32Array.from({ length: permutations }, () => next() | 0);

/**
 * A hash of each band of a set's MinHash signature: sets that share one are worth comparing.
 *
 * @param elements hashes; one that is there twice counts once
 * @param to where the hashes go; its length says of how many bands, 16 at most
 * @param first the first of these bands
 * @see Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, section 3.4
 */
export function bandHashes(elements: Int32Array, to: Int32Array, first = 0): void {
  for (let band = first; band < first + to.length; band++) {
    let hash = band;
    for (let row = band * bandRows; row < (band + 1) * bandRows; row++) {
      const factor = factors[row] as number;
      const shift = shifts[row] as number;
      let least = 0x7fffffff;
      for (let at = 0; at < elements.length; at++) {
        const permuted = (Math.imul(elements[at] as number, factor) + shift) | 0;
        if (permuted < least) least = permuted;
      }
      hash = mixed(Math.imul(hash, 0x01000193) ^ least);
    }
    to[band - first] = hash;
  }
}
