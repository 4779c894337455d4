import { normalCdf } from "./normal-cdf.ts";

export interface SignFlip {
  /** Two-sided. */
  readonly p: number;
  readonly method: "exact" | "monte-carlo" | "normal";
}

/** Up to this many differences that are not 0, all 2^n signs are tried. */
const mostExact = 20;

/** Up to this many, signs are drawn; the sum of more tossed differences is normal, with a variance that is known exactly. */
const mostDrawn = 10_000;

/**
 * Paired permutation test: how often a sum at least this far from 0 comes up when the sign of every difference is tossed. Holds its
 * level for any score whose differences are symmetric around 0 under the null, without assuming a normal mean.
 *
 * Above 20 units it draws, and the p-value is (1 + hits) / (1 + draws); above 10,000 it takes the sum for normal.
 *
 * @param clusterOf for each difference, its cluster as a number from 0; whole clusters change sign together. Left out: each
 * difference is on its own
 * @param random values in [0, 1), at least 24 bits of them random; used only where signs are drawn
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
  if (units.length > mostDrawn)
    return { p: 2 * normalCdf(-observed / Math.sqrt(units.reduce((sum, unit) => sum + unit * unit, 0))), method: "normal" };
  if (!(Number.isInteger(draws) && draws >= 1)) throw new RangeError(`signFlip: ${draws} draws`);
  const sums = sumsOfEight(units);
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) if (Math.abs(tossed(sums, random)) >= reach) hits++;
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

/** For every eight units, their sum under each of the 256 ways to toss their signs: a draw then adds one of eight numbers. */
function sumsOfEight(units: readonly number[]): Float64Array[] {
  const tables: Float64Array[] = [];
  for (let from = 0; from < units.length; from += 8) {
    const table = new Float64Array(256);
    for (let signs = 0; signs < 256; signs++) {
      let sum = 0;
      for (let i = 0; i < 8; i++) sum += ((signs >> i) & 1 ? 1 : -1) * (units[from + i] ?? 0);
      table[signs] = sum;
    }
    tables.push(table);
  }
  return tables;
}

function tossed(tables: readonly Float64Array[], random: () => number): number {
  let sum = 0;
  for (let i = 0; i < tables.length; i += 3) {
    const bits = Math.floor(random() * 2 ** 24);
    sum += tables[i]?.[bits & 255] as number;
    sum += tables[i + 1]?.[(bits >> 8) & 255] ?? 0;
    sum += tables[i + 2]?.[bits >> 16] ?? 0;
  }
  return sum;
}
