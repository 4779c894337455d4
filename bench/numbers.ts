export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** A row of a table: the first cell to the left, the others to the right. */
export function row(...cells: readonly (string | number)[]): string {
  return cells
    .map((cell, i) => {
      const text = typeof cell === "number" ? cell.toFixed(cell < 10 ? 2 : cell < 1000 ? 1 : 0) : cell;
      return i === 0 ? text.padEnd(34) : text.padStart(11);
    })
    .join("");
}
