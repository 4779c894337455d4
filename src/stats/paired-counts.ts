/** What a comparison of right-or-wrong pairs comes down to. */
export interface PairedCounts {
  /** Pairs in which only the candidate is right. */
  readonly b: number;
  /** Pairs in which only the baseline is right. */
  readonly c: number;
  /** All pairs. */
  readonly n: number;
}

export function checkCounts(who: string, { b, c, n }: PairedCounts): void {
  const whole = Number.isInteger(b) && Number.isInteger(c) && Number.isInteger(n);
  if (!(whole && n >= 1 && b >= 0 && c >= 0 && b + c <= n)) throw new RangeError(`${who}: ${b} and ${c} flips in ${n} pairs`);
}

/**
 * Difference of two paired proportions, candidate minus baseline, and its standard error with n - 1.
 *
 * @returns se null below two pairs; 0 when all pairs changed alike or none changed, where it says nothing
 */
export function differenceOfCounts(counts: PairedCounts): { value: number; se: number | null } {
  checkCounts("differenceOfCounts", counts);
  const { b, c, n } = counts;
  const se = n < 2 ? null : Math.sqrt(Math.max(0, b + c - (b - c) ** 2 / n) / (n * (n - 1)));
  return { value: (b - c) / n, se };
}
