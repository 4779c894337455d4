export interface SignFlip {
  /** Two-sided. */
  readonly p: number;
  readonly method: "exact" | "monte-carlo";
}

/** Up to this many differences that are not 0, all 2^n signs are tried. */
const mostExact = 20;

/**
 * Paired permutation test: how often a sum at least this far from 0 comes up when the sign of every difference is tossed. Holds its
 * level for any score whose differences are symmetric around 0 under the null, without assuming a normal mean.
 *
 * Above 20 units it draws, and the p-value is (1 + hits) / (1 + draws). Time grows with units times draws.
 *
 * @param clusterOf for each difference, its cluster as a number from 0; whole clusters change sign together. Left out: each
 * difference is on its own
 * @param random values in [0, 1), at least 30 bits of them random; unused where the test is exact
 * @see Fisher 1935, section 21; Phipson & Smyth 2010 for the added one
 */
export function signFlip({
  differences,
  clusterOf,
  random,
  draws = 9_999,
}: {
  differences: ArrayLike<number>;
  clusterOf?: ArrayLike<number>;
  random: () => number;
  draws?: number;
}): SignFlip {
  const units = unitsOf(differences, clusterOf);
  const observed = Math.abs(units.reduce((sum, unit) => sum + unit, 0));
  const room = units.reduce((sum, unit) => sum + Math.abs(unit), 0);
  // The same differences summed in another order are off by rounding; they count as equal.
  const reach = observed - 1e-12 * room;
  if (units.length <= mostExact) return { p: shareReaching(units, reach, room), method: "exact" };
  if (!(Number.isInteger(draws) && draws >= 1)) throw new RangeError(`signFlip: ${draws} draws`);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) if (Math.abs(tossed(units, random)) >= reach) hits++;
  return { p: (1 + hits) / (1 + draws), method: "monte-carlo" };
}

/** Sums by cluster; those of 0 are left out, since their sign changes nothing. */
function unitsOf(differences: ArrayLike<number>, clusterOf: ArrayLike<number> | undefined): number[] {
  if (differences.length === 0) throw new RangeError("signFlip: no differences");
  const sums: number[] = [];
  let scale = 0;
  for (let i = 0; i < differences.length; i++) {
    const difference = differences[i] as number;
    const cluster = clusterOf === undefined ? i : (clusterOf[i] as number);
    if (!Number.isFinite(difference)) throw new RangeError(`signFlip: ${difference} is no difference`);
    if (!(Number.isInteger(cluster) && cluster >= 0)) throw new RangeError(`signFlip: ${cluster} is no cluster`);
    sums[cluster] = (sums[cluster] ?? 0) + difference;
    scale = Math.max(scale, Math.abs(difference));
  }
  return sums.filter((sum) => Math.abs(sum) > 1e-12 * scale);
}

function shareReaching(units: readonly number[], reach: number, room: number): number {
  // A branch is cut where the signs still open can no longer change its answer.
  const visit = (i: number, sum: number, open: number): number => {
    const far = Math.abs(sum);
    if (far - open >= reach) return 1;
    if (far + open < reach || i === units.length) return far >= reach ? 1 : 0;
    const unit = units[i] as number;
    const rest = open - Math.abs(unit);
    return (visit(i + 1, sum + unit, rest) + visit(i + 1, sum - unit, rest)) / 2;
  };
  return visit(0, 0, room);
}

function tossed(units: readonly number[], random: () => number): number {
  let sum = 0;
  let bits = 0;
  for (let i = 0; i < units.length; i++) {
    if (i % 30 === 0) bits = Math.floor(random() * 2 ** 30);
    const unit = units[i] as number;
    sum += bits & 1 ? unit : -unit;
    bits >>>= 1;
  }
  return sum;
}
