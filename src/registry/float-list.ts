/** Numbers one after the other at 8 bytes each; an array of objects would hold many times that. */
export interface FloatList {
  push(value: number): void;
  length(): number;
  /** A copy of its own. */
  toArray(): Float64Array;
}

export function floatList(): FloatList {
  let values = new Float64Array(1024);
  let n = 0;
  return {
    push(value) {
      if (n === values.length) {
        const longer = new Float64Array(n * 2);
        longer.set(values);
        values = longer;
      }
      values[n++] = value;
    },
    length: () => n,
    toArray: () => values.slice(0, n),
  };
}
