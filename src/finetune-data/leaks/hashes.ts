/** Hashes (32 bits, signed) in a buffer that is used again and again. */
export interface Hashes {
  values: Int32Array;
  length: number;
}

export function hashes(): Hashes {
  return { values: new Int32Array(1024), length: 0 };
}

export function push(to: Hashes, hash: number): void {
  if (to.length === to.values.length) {
    const longer = new Int32Array(to.length * 2);
    longer.set(to.values);
    to.values = longer;
  }
  to.values[to.length++] = hash;
}
