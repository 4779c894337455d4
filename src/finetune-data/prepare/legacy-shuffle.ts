/** 32 random bits at each call: the Mersenne Twister MT19937 from a seed of one number (Matsumoto & Nishimura 1998, `init_genrand`). */
function mersenneTwister(seed: number): () => number {
  const size = 624;
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i++) {
    const before = state[i - 1] as number;
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  let at = size;
  const refill = () => {
    for (let i = 0; i < size; i++) {
      const y = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % size] as number) & 0x7fffffff);
      state[i] = (state[(i + 397) % size] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  return () => {
    if (at === size) refill();
    let y = state[at++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/**
 * The numbers from 0 to n - 1 in the random order in which the legacy tool chose rows: Fisher-Yates from the last place down, each place
 * drawn by masking 32 bits and drawing again what is too large.
 */
export function legacyPermutation(n: number, seed: number): number[] {
  const random = mersenneTwister(seed);
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
