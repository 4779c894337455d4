import { pairedDifference } from "../../stats/paired-difference.ts";
import { type Claim, claimOf, nothingKnown, shifted, testsOf } from "./claim.ts";
import type { Evaluated } from "./evaluate.ts";
import { meanClaim } from "./mean-claim.ts";

/** One mean of a formula, with the rows it is taken over. */
export interface LeafRows {
  /** By row; what a row outside it holds counts for nothing. */
  readonly values: Float64Array;
  /** By row, 1 = inside; absent = all rows. */
  readonly inside?: Uint8Array | undefined;
  readonly unitRange: boolean;
}

/**
 * The claim about a formula over means, by the delta method: each row's influence on the value stands for the row, and their mean is
 * judged as any mean is, over groups where there are any. The covariance of means that share samples or groups is in it.
 *
 * Where no row has any influence (all scores alike), or the slope is not finite, the formula is taken over the box of its means' own
 * intervals.
 *
 * @param leaves at most 8 matter to the box; rows without holes
 * @see van der Vaart 1998, chapter 3 and section 20.1 for influence functions
 */
export function deltaMethod(
  leaves: readonly LeafRows[],
  groups: Uint32Array | undefined,
  formula: (at: ArrayLike<number>) => Evaluated,
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
  if (!gradient.every(Number.isFinite)) return boxClaim(leaves, groups, formula, value);

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
  if (influence.every((part) => Math.abs(part) <= 1e-10 * size)) return boxClaim(leaves, groups, formula, value);
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

/**
 * The formula over the box in which all means lie at once, each by its own interval at a share of the error rate (Bonferroni). Its range
 * is taken from the corners and the middle.
 */
function boxClaim(
  leaves: readonly LeafRows[],
  groups: Uint32Array | undefined,
  formula: (at: ArrayLike<number>) => Evaluated,
  value: number,
): Claim {
  const n = leaves[0]?.values.length ?? 0;
  const facts = { n, groups: null, value, se: null };
  const claims = leaves.map(({ values, inside, unitRange }) => {
    const at = [...values.keys()].filter((row) => inside === undefined || inside[row] === 1);
    const picked = Float64Array.from(at, (row) => values[row] as number);
    return meanClaim({ values: picked, groups: groups && Uint32Array.from(at, (row) => groups[row] as number), unitRange });
  });
  if (claims.length > 8 || claims.some((claim) => claim === null || claim.interval(0.95) === null)) {
    return nothingKnown(facts, "all values are alike, and nothing tells how far they could differ");
  }
  const boxAt = (level: number) => {
    const boxes = (claims as Claim[]).map(
      (claim) => claim.interval(1 - (1 - level) / claims.length) as { low: number; high: number },
    );
    let [low, high] = [value, value];
    for (let corner = 0; corner < 2 ** boxes.length; corner++) {
      const { value: there } = formula(boxes.map((box, leaf) => ((corner >> leaf) & 1 ? box.high : box.low)));
      low = Number.isNaN(there) ? Number.NEGATIVE_INFINITY : Math.min(low, there);
      high = Number.isNaN(there) ? Number.POSITIVE_INFINITY : Math.max(high, there);
    }
    return { low, high };
  };
  const widest = boxAt(0.95);
  if (!(Number.isFinite(widest.low) && Number.isFinite(widest.high) && widest.high > widest.low)) {
    return nothingKnown(facts, "it can have any value within what the samples allow");
  }
  return claimOf({
    ...facts,
    interval: (level) => ({ ...boxAt(level), method: "delta-box" }),
    ...testsOf(boxAt),
    test: "delta-box",
    approximate: true,
    reason: "the scores do not vary: the range of its parts was taken",
  });
}
