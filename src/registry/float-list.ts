/** Numbers one after the other at 8 bytes each, in pages: an array of objects would hold many times that, a growing one three times. */
export interface FloatList {
  push(value: number): void;
  length(): number;
  at(index: number): number;
  /** All in one, a copy of its own. */
  toArray(): Float64Array;
}

const pageBits = 13;
const pageLength = 1 << pageBits;

export function floatList(): FloatList {
  const pages: Float64Array[] = [];
  let n = 0;
  return {
    push(value) {
      if (n === pages.length * pageLength) pages.push(new Float64Array(pageLength));
      (pages[n >>> pageBits] as Float64Array)[n & (pageLength - 1)] = value;
      n++;
    },
    length: () => n,
    at: (index) => pages[index >>> pageBits]?.[index & (pageLength - 1)] ?? Number.NaN,
    toArray() {
      const all = new Float64Array(n);
      for (const [i, page] of pages.entries()) all.set(page.subarray(0, n - i * pageLength), i * pageLength);
      return all;
    },
  };
}
