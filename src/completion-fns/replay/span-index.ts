import { hash64 } from "../../core/hash.ts";

/** Where a line stands in a file, in bytes. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Places of lines by key, in flat arrays: 24 bytes an entry, whatever the keys and lines are. */
export interface SpanIndex {
  add(key: string, span: Span): void;
  /** All lines with this key, in file order. Adding is over once this is called. */
  find(key: string): Span[];
}

/** By 64 bits of each key: among a million, two different ones meet with a chance of about 3e-8. */
export function spanIndex(): SpanIndex {
  let keys = new BigUint64Array(1024);
  let spans = new Float64Array(2048);
  let size = 0;
  let order: Uint32Array | undefined;
  const keyOf = (key: string) => BigInt(`0x${hash64(key)}`);
  const keyAt = (at: number) => keys[(order as Uint32Array)[at] as number] as bigint;

  return {
    add(key, { start, end }) {
      if (size === keys.length) {
        const [smallerKeys, smallerSpans] = [keys, spans];
        keys = new BigUint64Array(size * 2);
        spans = new Float64Array(size * 4);
        keys.set(smallerKeys);
        spans.set(smallerSpans);
      }
      keys[size] = keyOf(key);
      spans[size * 2] = start;
      spans[size * 2 + 1] = end;
      size++;
    },
    find(key) {
      order ??= Uint32Array.from({ length: size }, (_, i) => i).sort((a, b) => {
        const [x, y] = [keys[a] as bigint, keys[b] as bigint];
        return x < y ? -1 : x > y ? 1 : a - b;
      });
      const wanted = keyOf(key);
      let low = 0;
      for (let high = size; low < high; ) {
        const middle = (low + high) >>> 1;
        if (keyAt(middle) < wanted) low = middle + 1;
        else high = middle;
      }
      const found: Span[] = [];
      for (; low < size && keyAt(low) === wanted; low++) {
        const entry = order[low] as number;
        found.push({ start: spans[entry * 2] as number, end: spans[entry * 2 + 1] as number });
      }
      return found;
    },
  };
}
