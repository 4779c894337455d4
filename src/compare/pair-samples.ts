import { bitset } from "../core/bitset.ts";
import { hashIndex, sameHash } from "./hashes.ts";
import type { Side } from "./side.ts";

/** Rows of the two sides that hold the same content. */
export interface Pairs {
  /** How many; both arrays are as long, in the candidate's issue order. */
  readonly size: number;
  readonly baseline: Uint32Array;
  readonly candidate: Uint32Array;
  /** Samples of one id whose content is another; left out. */
  readonly changedItems: number;
  /** Places in the arrays where `ideal` differs. */
  readonly changedIdeals: Uint32Array;
  readonly changedPrompts: number;
  /** Of each pair a number for its content, from 1; only where a content stands more than once. */
  readonly contents: Uint32Array | undefined;
}

/** How many of one content are looked through for the one that fits best. */
const looked = 64;

/**
 * Pairs two sides by content, each sample once. Where one content stands several times in a side, the one with the same id is taken,
 * else one with the same ideal, else the next.
 */
export function pairSamples(baseline: Side, candidate: Side): Pairs {
  const index = hashIndex(baseline.item);
  const taken = bitset(baseline.size);
  const left = new Uint32Array(Math.min(baseline.size, candidate.size));
  const right = new Uint32Array(left.length);
  const unpaired: number[] = [];
  let size = 0;
  for (let row = 0; row < candidate.size; row++) {
    const found = bestFit(row);
    if (found < 0) {
      unpaired.push(row);
      continue;
    }
    taken.add(found);
    left[size] = found;
    right[size++] = row;
  }

  const changedIdeals: number[] = [];
  let changedPrompts = 0;
  for (let at = 0; at < size; at++) {
    const [a, b] = [left[at] as number, right[at] as number];
    if (!sameHash(baseline.ideal, a, candidate.ideal, b)) changedIdeals.push(at);
    if (!sameHash(baseline.prompt, a, candidate.prompt, b)) changedPrompts++;
  }
  return {
    size,
    baseline: left.subarray(0, size),
    candidate: right.subarray(0, size),
    changedItems: countChanged(),
    changedIdeals: Uint32Array.from(changedIdeals),
    changedPrompts,
    contents: index.repeats ? right.slice(0, size).map((row) => index.first(candidate.item, row) + 1) : undefined,
  };

  function bestFit(row: number): number {
    let sameIdeal = -1;
    let any = -1;
    let before = -1;
    let at = index.first(candidate.item, row);
    for (let step = 0; at >= 0 && step < looked; ) {
      if (taken.has(at) && before >= 0) {
        // Taken out, or a content that stands a million times would be walked a million times.
        index.dropNext(before);
        at = index.next(before);
        continue;
      }
      if (!taken.has(at)) {
        step++;
        if (sameHash(baseline.id, at, candidate.id, row)) return at;
        if (any < 0) any = at;
        if (sameIdeal < 0 && sameHash(baseline.ideal, at, candidate.ideal, row)) sameIdeal = at;
      }
      before = at;
      at = index.next(at);
    }
    return sameIdeal >= 0 ? sameIdeal : any;
  }

  function countChanged(): number {
    if (unpaired.length === 0 || size === baseline.size) return 0;
    const ids = hashIndex(baseline.id);
    let n = 0;
    for (const row of unpaired) {
      const at = ids.first(candidate.id, row);
      if (at >= 0 && !taken.has(at)) n++;
    }
    return n;
  }
}
