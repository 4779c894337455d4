import { type Hashes, push } from "./hashes.ts";
import { mixed } from "./text-key.ts";

const space = 32;

/**
 * Adds a hash for each word of a normalised text. Where words are not set apart by spaces (Chinese, Japanese, Thai and their neighbours)
 * each character is one.
 */
export function addWords(text: string, to: Hashes): void {
  let hash = 0x811c9dc5;
  let open = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const alone = code >= 0x0e00 && isUnspaced(code);
    if (open && (code === space || alone)) {
      push(to, mixed(hash));
      hash = 0x811c9dc5;
      open = false;
    }
    if (alone) push(to, mixed(Math.imul(0x811c9dc5 ^ code, 0x01000193)));
    else if (code !== space) {
      hash = Math.imul(hash ^ code, 0x01000193);
      open = true;
    }
  }
  if (open) push(to, mixed(hash));
}

/** Words of a normalised text; no more are counted than `enough`. */
export function countWords(text: string, enough: number): number {
  let count = 0;
  let open = false;
  for (let i = 0; i < text.length && count < enough; i++) {
    const code = text.charCodeAt(i);
    const alone = code >= 0x0e00 && isUnspaced(code);
    if (alone || (code !== space && !open)) count++;
    open = code !== space && !alone;
  }
  return count;
}

/** Thai to Tibetan, Burmese, Khmer, kana, Han. */
function isUnspaced(code: number): boolean {
  return (
    (code >= 0x0e00 && code < 0x1000) ||
    (code >= 0x1000 && code < 0x10a0) ||
    (code >= 0x1780 && code < 0x1800) ||
    (code >= 0x3040 && code < 0x3100) ||
    (code >= 0x3400 && code < 0xa000) ||
    (code >= 0xf900 && code < 0xfb00)
  );
}
