import { textHash } from "../core/hash.ts";
import type { Hashes } from "./side.ts";

/** Puts a 64-bit hash, 16 hex digits, into two words. A run of another make may hold something else there: that is hashed. */
export function putHash(hashes: Hashes, row: number, text: string): void {
  if (text.length !== 16 || !putWord(hashes, 2 * row, text, 0) || !putWord(hashes, 2 * row + 1, text, 8)) {
    putHash(hashes, row, textHash(text));
  }
}

/** Eight digits from `from` as a word; false when they are none. A loop, since `parseInt` takes texts and five times as long. */
function putWord(hashes: Hashes, at: number, text: string, from: number): boolean {
  let word = 0;
  for (let i = from; i < from + 8; i++) {
    const code = text.charCodeAt(i);
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : -1;
    if (digit < 0) return false;
    word = (word << 4) | digit;
  }
  hashes[at] = word;
  return true;
}

export function sameHash(a: Hashes, i: number, b: Hashes, j: number): boolean {
  return a[2 * i] === b[2 * j] && a[2 * i + 1] === b[2 * j + 1];
}

/** As 16 hex digits again. */
export function hashText(hashes: Hashes, row: number): string {
  const word = (at: number) => (hashes[at] as number).toString(16).padStart(8, "0");
  return word(2 * row) + word(2 * row + 1);
}

/** Rows by hash: an open table of heads, and for each row the next one of the same hash, in the order of rows. */
export interface HashIndex {
  /** First row of this hash, or -1. */
  first(hashes: Hashes, row: number): number;
  /** The row after it of the same hash, or -1. */
  next(row: number): number;
  /** Takes the row after this one out. */
  dropNext(row: number): void;
  /** Whether a hash stands more than once. */
  readonly repeats: boolean;
}

export function hashIndex(hashes: Hashes): HashIndex {
  const rows = hashes.length / 2;
  const bits = Math.max(4, Math.ceil(Math.log2(2 * rows + 1)));
  const mask = 2 ** bits - 1;
  const heads = new Int32Array(2 ** bits).fill(-1);
  const tails = new Int32Array(2 ** bits);
  const after = new Int32Array(rows).fill(-1);

  /** Where the hash stands, or would. */
  function slotOf(of: Hashes, row: number): number {
    // Mixed once more: what another harness calls a hash may have all its information in some bits.
    let slot = (Math.imul((of[2 * row] as number) ^ Math.imul(of[2 * row + 1] as number, 0x9e3779b1), 0x85ebca6b) >>> 7) & mask;
    for (;;) {
      const head = heads[slot] as number;
      if (head < 0 || sameHash(hashes, head, of, row)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  let repeats = false;
  for (let row = 0; row < rows; row++) {
    const slot = slotOf(hashes, row);
    if ((heads[slot] as number) < 0) heads[slot] = row;
    else {
      after[tails[slot] as number] = row;
      repeats = true;
    }
    tails[slot] = row;
  }
  return {
    repeats,
    first: (of, row) => heads[slotOf(of, row)] as number,
    next: (row) => after[row] as number,
    dropNext(row) {
      const next = after[row] as number;
      if (next >= 0) after[row] = after[next] as number;
    },
  };
}
