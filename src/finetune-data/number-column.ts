/** A list of numbers that grows; no more than twice the memory of those in it. */
export function numberColumn<Values extends Int32Array | Uint8Array | Float64Array>(make: (length: number) => Values) {
  let values = make(1024);
  return {
    set(at: number, value: number) {
      if (at >= values.length) {
        const longer = make(Math.max(at + 1, values.length * 2));
        longer.set(values);
        values = longer;
      }
      values[at] = value;
    },
    get values(): Values {
      return values;
    },
  };
}
