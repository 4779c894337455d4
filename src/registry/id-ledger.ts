import { floatList } from "./float-list.ts";

/** Which ids may stand twice, at 8 bytes an id: a set of a million texts would take a hundred times the sample index. */
export interface IdLedger {
  add(id: string): void;
  /** Pairs of rows, counted from 0 in the order of adding, whose ids have equal hashes; whether the ids are equal is for the caller to see. */
  suspects(): Iterable<readonly [first: number, later: number]>;
}

export function idLedger(): IdLedger {
  const list = floatList();
  return {
    add(id) {
      list.push(hash53(id));
    },
    *suspects() {
      const hashes = list.toArray();
      const sorted = hashes.slice().sort();
      const repeated = new Map<number, number[]>();
      for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) repeated.set(sorted[i] as number, []);
      if (repeated.size === 0) return;
      for (let row = 0; row < hashes.length; row++) {
        const earlier = repeated.get(hashes[row] as number);
        if (earlier === undefined) continue;
        for (const first of earlier) yield [first, row];
        earlier.push(row);
      }
    },
  };
}

/** Two FNV-1a lanes with different primes, mixed into 53 bits: among a million ids a clash by chance has odds of 1 in 18,000. */
function hash53(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  a = Math.imul(a ^ (a >>> 16), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 15), 0x2c1b3c6d);
  return ((a ^ (a >>> 13)) >>> 0) * 0x200000 + ((b ^ (b >>> 12)) >>> 11);
}
