import { numpyTwister } from "../../core/random.ts";

/**
 * The numbers from 0 to n - 1 in the random order in which the legacy tool chose rows: Fisher-Yates from the last place down, each place
 * drawn by masking 32 bits and drawing again what is too large.
 */
export function legacyPermutation(n: number, seed: number): number[] {
  const random = numpyTwister(seed);
  const order = Array.from({ length: n }, (_, at) => at);
  for (let i = n - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j = (random() & mask) >>> 0;
    while (j > i) j = (random() & mask) >>> 0;
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}
