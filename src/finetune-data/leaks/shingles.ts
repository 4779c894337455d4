import { type Hashes, push } from "./hashes.ts";
import { mixed } from "./text-key.ts";

/** Characters of a shingle. */
const shingleLength = 5;

const base = 0x2c9277b5;
const dropped = Math.imul(Math.imul(Math.imul(base, base), Math.imul(base, base)), base);

/** Adds a hash for each run of five characters (UTF-16 units) of a normalised text, the same run each time it is there. */
export function addShingles(text: string, to: Hashes): void {
  let hash = 0;
  for (let i = 0; i < text.length; i++) {
    hash = (Math.imul(hash, base) + text.charCodeAt(i)) | 0;
    if (i >= shingleLength) hash = (hash - Math.imul(text.charCodeAt(i - shingleLength), dropped)) | 0;
    if (i >= shingleLength - 1) push(to, mixed(hash));
  }
}
