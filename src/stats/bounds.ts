/** The two ends of an interval. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** The probability left out at each end of a two-sided interval. */
export function tailOf(level: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`${level} is no level: between 0 and 1, such as 0.95`);
  return (1 - level) / 2;
}

export function clip({ low, high }: Bounds, least: number, most: number): Bounds {
  return { low: Math.max(least, low), high: Math.min(most, high) };
}
