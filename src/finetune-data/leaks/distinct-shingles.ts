import { hashes } from "./hashes.ts";
import { placeSet } from "./place-set.ts";
import { addShingles } from "./shingles.ts";

/** Gives the shingles of a text, each once, in a buffer that is good until the next text. */
export function distinctShingles(): (text: string) => Int32Array {
  const shingles = hashes();
  const seen = placeSet();
  return (text) => {
    shingles.length = 0;
    seen.clear();
    addShingles(text, shingles);
    let kept = 0;
    for (let at = 0; at < shingles.length; at++) {
      const shingle = shingles.values[at] as number;
      if (seen.add(shingle, at)) shingles.values[kept++] = shingle;
    }
    return shingles.values.subarray(0, kept);
  };
}
