const size = 624;

/**
 * Mersenne Twister (MT19937), seeded as Python's `random.Random(seed)` for a seed below 2^32, so that a shuffle here is a
 * shuffle there. Returns the next 32-bit output.
 *
 * @see Matsumoto & Nishimura 1998, `init_by_array`
 */
export function mersenneTwister(seed: number): () => number {
  const state = stateFrom(19650218);
  let i = 1;
  const step = () => {
    if (++i >= size) {
      state[0] = state[size - 1] as number;
      i = 1;
    }
  };
  const mixed = (factor: number) => {
    const previous = state[i - 1] as number;
    return (state[i] as number) ^ Math.imul(previous ^ (previous >>> 30), factor);
  };
  for (let k = 0; k < size; k++) {
    state[i] = mixed(1664525) + seed;
    step();
  }
  for (let k = 0; k < size - 1; k++) {
    state[i] = mixed(1566083941) - i;
    step();
  }
  state[0] = 0x80000000;
  return outputs(state);
}

/** The same, seeded as NumPy's `RandomState(seed)` is: `init_genrand`. */
export function numpyTwister(seed: number): () => number {
  return outputs(stateFrom(seed));
}

function stateFrom(seed: number): Uint32Array {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let i = 1; i < size; i++) {
    const previous = state[i - 1] as number;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  return state;
}

function outputs(state: Uint32Array): () => number {
  let at = size;
  return () => {
    if (at === size) {
      for (let k = 0; k < size; k++) {
        const y = ((state[k] as number) & 0x80000000) | ((state[(k + 1) % size] as number) & 0x7fffffff);
        state[k] = (state[(k + 397) % size] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let y = state[at++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/** The order of `random.Random(seed).shuffle(list(range(n)))` in Python 3. */
export function pythonShuffle(n: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const next = mersenneTwister(seed);
  for (let i = n - 1; i > 0; i--) {
    const bits = 32 - Math.clz32(i + 1);
    let j: number;
    do j = next() >>> (32 - bits);
    while (j > i);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}

/** 32 bits that depend on every character (FNV-1a with a final mix): a seed from text. */
export function seedFrom(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A small fast generator for everything that need not agree with Python; values in [0, 1). Mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
