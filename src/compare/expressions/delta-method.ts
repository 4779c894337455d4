import { pairedDifference } from "../../stats/paired-difference.ts";
import { type Box, boxClaim, isBent } from "./box-claim.ts";
import { type Claim, nothingKnown, shifted } from "./claim.ts";
import type { Evaluated } from "./evaluate.ts";

/** One mean of a formula, with the rows it is taken over. */
export interface LeafRows {
  /** By row; what a row outside it holds counts for nothing. */
  readonly values: Float64Array;
  /** By row, 1 = inside; absent = all rows. */
  readonly inside?: Uint8Array | undefined;
}

/**
 * The claim about a formula over means, by the delta method: each row's influence on the value stands for the row, and their mean is
 * judged as any mean is, over groups where there are any. The covariance of means that share samples or groups is in it.
 *
 * Where no row has any influence (all scores alike), or the formula is no straight line within what the samples allow, it is taken over
 * the box of its parts' own intervals.
 *
 * @param leaves rows without holes
 * @param box the same formula over its parts, whose claims take time; `mayBend`: it is not linear
 * @see van der Vaart 1998, chapter 3 and section 20.1 for influence functions
 */
export function deltaMethod(
  leaves: readonly LeafRows[],
  groups: Uint32Array | undefined,
  formula: (at: ArrayLike<number>) => Evaluated,
  box: { readonly mayBend: boolean; open(): Box },
): Claim {
  const rows = leaves[0]?.values.length ?? 0;
  const counts = leaves.map(({ inside }) => (inside === undefined ? rows : inside.reduce((sum, one) => sum + one, 0)));
  const means = leaves.map(({ values, inside }, leaf) => meanInside(values, inside) / (counts[leaf] as number));
  const { value, gradient } = formula(means);
  const n = rows;
  if (counts.some((count) => count === 0))
    return nothingKnown({ n: 0, groups: null, value: Number.NaN, se: null }, "there are no such samples");
  if (!Number.isFinite(value))
    return nothingKnown(
      { n, groups: null, value: Number.NaN, se: null },
      "it has no value here: a division by zero, or the like",
    );
  if (!gradient.every(Number.isFinite) || (box.mayBend && isBent(box.open()))) {
    return boxClaim(box.open(), { n, value }, "it is no straight line within what the samples allow");
  }

  const influence = new Float64Array(rows);
  for (const [leaf, { values, inside }] of leaves.entries()) {
    const weight = ((gradient[leaf] as number) * rows) / (counts[leaf] as number);
    if (weight === 0) continue;
    const mean = means[leaf] as number;
    for (let row = 0; row < rows; row++) {
      if (inside === undefined || inside[row] === 1)
        influence[row] = (influence[row] as number) + weight * ((values[row] as number) - mean);
    }
  }
  const size = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  if (influence.every((part) => Math.abs(part) <= 1e-10 * size))
    return boxClaim(box.open(), { n, value }, "the scores do not vary");
  // Taken from the commonest value, the rows that carry the spread are those that differ from it, as flips are.
  const usual = commonest(influence);
  const found = pairedDifference({
    baseline: new Float64Array(rows).fill(usual),
    candidate: influence,
    groups,
    unitRange: false,
  });
  if (found === null) return nothingKnown({ n: 0, groups: null, value: Number.NaN, se: null }, "there are no samples");
  return shifted(found, 1, value - found.value, found.test.replace(/^paired/, "delta"));
}

function meanInside(values: Float64Array, inside: Uint8Array | undefined): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) if (inside === undefined || inside[row] === 1) sum += values[row] as number;
  return sum;
}

function commonest(values: Float64Array): number {
  const times = new Map<number, number>();
  let [best, most] = [0, 0];
  for (const value of values) {
    const count = (times.get(value) ?? 0) + 1;
    times.set(value, count);
    if (count > most) [best, most] = [value, count];
    // So many different values have no commonest one worth knowing.
    if (times.size > 1000) return 0;
  }
  return best;
}
