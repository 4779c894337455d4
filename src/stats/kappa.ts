/** Agreement beyond chance. Print it beside the base rates: 91 % agreement can be a kappa of .13. */
export interface Kappa {
  /** 1 perfect, 0 as by chance; null where chance alone explains everything. */
  readonly value: number | null;
  /** Why there is no value. */
  readonly reason?: string;
  /** The simple large-sample formula; null without a value, and 0 where all agree: then it says nothing. */
  readonly se: number | null;
  /** Share of samples on which the raters agree, partly where weighted. */
  readonly observed: number;
  /** The share that raters with these base rates agree on by chance. */
  readonly expected: number;
  readonly n: number;
}

/** How much of an agreement two categories are that lie apart by a share of the scale. */
const weights = {
  none: (apart: number) => (apart === 0 ? 1 : 0),
  linear: (apart: number) => 1 - apart,
  quadratic: (apart: number) => 1 - apart * apart,
} as const;

/**
 * Cohen's kappa of two raters.
 *
 * @param counts square: rows are one rater's categories, columns the other's, in the same order
 * @param weighting for ordered categories, counts a near miss as part of an agreement
 * @see Cohen 1960, 1968
 */
export function kappa(counts: readonly (readonly number[])[], weighting: keyof typeof weights = "none"): Kappa {
  const size = counts.length;
  let n = 0;
  for (const row of counts) {
    if (row.length !== size) throw new RangeError(`kappa: a row of ${row.length} in a table of ${size}`);
    for (const count of row) {
      if (!(count >= 0 && Number.isFinite(count))) throw new RangeError(`kappa: ${count} is no count`);
      n += count;
    }
  }
  if (n === 0) throw new RangeError("kappa: no samples");
  const rows = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = counts.map((_, j) => counts.reduce((sum, row) => sum + (row[j] as number), 0));
  let [observed, squares, expected] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const weight = weights[weighting](size === 1 ? 0 : Math.abs(i - j) / (size - 1));
      const share = (counts[i]?.[j] as number) / n;
      observed += weight * share;
      squares += weight * weight * share;
      expected += (weight * (rows[i] as number) * (columns[j] as number)) / (n * n);
    }
  }
  const room = 1 - expected;
  // One category used by both: agreeing is all they could do.
  if (rows.some((count, i) => count === n && columns[i] === n)) {
    return { value: null, reason: "both raters used one category only", se: null, observed, expected, n };
  }
  const se = Math.sqrt(Math.max(0, squares - observed * observed) / n) / room;
  return { value: (observed - expected) / room, se, observed, expected, n };
}
