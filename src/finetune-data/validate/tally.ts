/** How whole numbers are spread. Quantiles lie on the line between the two nearest values, as numpy has them. */
export interface Distribution {
  readonly min: number;
  readonly p10: number;
  readonly median: number;
  readonly mean: number;
  readonly p90: number;
  readonly max: number;
  /** How many values lie in each of equal shares of min to max; fewer shares where there are fewer whole numbers. */
  readonly bins: readonly number[];
}

/** Counts whole numbers. */
export interface Tally {
  add(value: number): void;
  readonly sum: number;
  /** null: of nothing. */
  distribution(bins: number): Distribution | null;
}

/**
 * Holds each value once, with its count: numbers that add up to T have fewer than √(2 T) values, 45,000 for a thousand million tokens.
 */
export function tally(): Tally {
  const counts = new Map<number, number>();
  let n = 0;
  let sum = 0;
  return {
    get sum() {
      return sum;
    },
    add(value) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
      n++;
      sum += value;
    },
    distribution(wanted) {
      if (n === 0) return null;
      const sorted = [...counts].sort(([a], [b]) => a - b);
      const values = sorted.map(([value]) => value);
      const [min, max] = [values[0] as number, values.at(-1) as number];
      const quantile = quantilesOf(sorted, n);
      return {
        min,
        p10: quantile(0.1),
        median: quantile(0.5),
        mean: sum / n,
        p90: quantile(0.9),
        max,
        bins: binsOf(sorted, { min, max, wanted }),
      };
    },
  };
}

type Counted = readonly (readonly [value: number, count: number])[];

function quantilesOf(sorted: Counted, n: number): (share: number) => number {
  const at = (rank: number) => {
    let passed = 0;
    for (const [value, count] of sorted) {
      passed += count;
      if (rank < passed) return value;
    }
    throw new RangeError(`quantile: there is no rank ${rank} of ${n}`);
  };
  return (share) => {
    const rank = (n - 1) * share;
    const [low, high] = [at(Math.floor(rank)), at(Math.ceil(rank))];
    return low + (high - low) * (rank - Math.floor(rank));
  };
}

function binsOf(sorted: Counted, { min, max, wanted }: { min: number; max: number; wanted: number }): number[] {
  const bins = new Array<number>(Math.min(wanted, max - min + 1)).fill(0);
  for (const [value, count] of sorted) {
    const bin = Math.floor(((value - min) * bins.length) / (max - min + 1));
    bins[bin] = (bins[bin] ?? 0) + count;
  }
  return bins;
}
