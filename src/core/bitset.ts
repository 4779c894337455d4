/** Whole numbers below `size`, one bit each; others are never in it. */
export interface Bitset {
  has(at: number): boolean;
  add(at: number): void;
  readonly count: number;
}

export function bitset(size: number): Bitset {
  const words = new Uint32Array(Math.ceil(size / 32));
  let count = 0;
  const has = (at: number) => at >= 0 && at < size && ((words[at >>> 5] as number) & (1 << (at & 31))) !== 0;
  return {
    has,
    add(at) {
      if (!(at >= 0 && at < size) || has(at)) return;
      words[at >>> 5] = (words[at >>> 5] as number) | (1 << (at & 31));
      count++;
    },
    get count() {
      return count;
    },
  };
}
