/** Rows in blocks that are drawn, or left out, as a whole. What the functions return is overwritten by the next call. */
export interface Blocks {
  readonly count: number;
  /** The rows of `count` blocks drawn with replacement. */
  draw(random: () => number): Int32Array;
  /** All rows but those of every `parts`-th block, counted from `part`. */
  without(part: number, parts: number): Int32Array;
}

/**
 * @param n rows
 * @param clusterOf for each row, its block as a number from 0, none of them empty; left out: each row is a block
 */
export function blocksOf(n: number, clusterOf?: ArrayLike<number>): Blocks {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`blocksOf: ${n} rows`);
  const { starts, rows } = clusterOf === undefined ? alone(n) : sorted(n, clusterOf);
  const count = starts.length - 1;
  let most = 0;
  for (let block = 0; block < count; block++) most = Math.max(most, (starts[block + 1] as number) - (starts[block] as number));
  let buffer = new Int32Array(n);
  const copy = (block: number, to: number): number => {
    if (to + most > buffer.length) {
      const larger = new Int32Array(2 * buffer.length + most);
      larger.set(buffer);
      buffer = larger;
    }
    const end = starts[block + 1] as number;
    for (let i = starts[block] as number; i < end; i++) buffer[to++] = rows[i] as number;
    return to;
  };
  return {
    count,
    draw(random) {
      let length = 0;
      for (let i = 0; i < count; i++) length = copy(Math.floor(random() * count), length);
      return buffer.subarray(0, length);
    },
    without(part, parts) {
      let length = 0;
      for (let block = 0; block < count; block++) if (block % parts !== part) length = copy(block, length);
      return buffer.subarray(0, length);
    },
  };
}

interface Sorted {
  /** Where each block begins in `rows`, and at last their number. */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

function alone(n: number): Sorted {
  const starts = Int32Array.from({ length: n + 1 }, (_, i) => i);
  return { starts, rows: starts };
}

function sorted(n: number, clusterOf: ArrayLike<number>): Sorted {
  let count = 0;
  for (let i = 0; i < n; i++) {
    const cluster = clusterOf[i] as number;
    if (!(Number.isInteger(cluster) && cluster >= 0 && cluster < n)) throw new RangeError(`blocksOf: ${cluster} is no cluster`);
    count = Math.max(count, cluster + 1);
  }
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < n; i++) starts[(clusterOf[i] as number) + 1] = (starts[(clusterOf[i] as number) + 1] as number) + 1;
  for (let block = 1; block <= count; block++) {
    if (starts[block] === 0) throw new RangeError(`blocksOf: cluster ${block - 1} has no row`);
    starts[block] = (starts[block] as number) + (starts[block - 1] as number);
  }
  const next = starts.slice();
  const rows = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const cluster = clusterOf[i] as number;
    const at = next[cluster] as number;
    rows[at] = i;
    next[cluster] = at + 1;
  }
  return { starts, rows };
}
