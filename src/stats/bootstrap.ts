import { type Bounds, tailOf } from "./bounds.ts";
import { normalQuantile } from "./normal.ts";
import { normalCdf } from "./normal-cdf.ts";
import { type Blocks, blocksOf } from "./resample.ts";

/** A statistic of the rows whose indices it is given. It reads both sides of a pair at an index, so that pairs stay together. */
export type Statistic = (rows: Int32Array) => number;

export interface BootstrapInterval extends Bounds {
  /** Of all rows once. */
  readonly estimate: number;
  /** Standard deviation of the draws. */
  readonly se: number;
  /** Draws in which the statistic was not finite, e.g. an F1 without positives; left out. */
  readonly undefinedDraws: number;
}

/** More leave-one-out values than this make no difference to the acceleration; many rows are left out block by block. */
const mostLeftOut = 1000;

/**
 * Bootstrap interval for any statistic: rows, or whole clusters of them, are drawn with replacement. For medians, F1, ratios.
 *
 * BCa corrects the percentile interval for bias and skew. Time is that of `draws` evaluations over all rows, BCa at most 1,000 more.
 *
 * @param n rows
 * @param clusterOf for each row, its cluster as a number from 0; left out: each row is on its own
 * @returns null where there is no spread to measure: fewer than two rows or clusters, an estimate that is not finite, draws that are
 * all alike, or more than a tenth of them undefined
 * @see Efron 1987; Efron & Tibshirani 1993, chapters 13 and 14
 */
export function bootstrapInterval({
  n,
  statistic,
  random,
  clusterOf,
  draws = 2000,
  level = 0.95,
  method = "bca",
}: {
  n: number;
  statistic: Statistic;
  random: () => number;
  clusterOf?: ArrayLike<number>;
  draws?: number;
  level?: number;
  method?: "bca" | "percentile";
}): BootstrapInterval | null {
  if (!(Number.isInteger(draws) && draws >= 1)) throw new RangeError(`bootstrapInterval: ${draws} draws`);
  const blocks = blocksOf(n, clusterOf);
  const estimate = statistic(Int32Array.from({ length: n }, (_, i) => i));
  if (!Number.isFinite(estimate) || blocks.count < 2) return null;
  const all = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) all[draw] = statistic(blocks.draw(random));
  const drawn = all.filter(Number.isFinite).sort();
  const undefinedDraws = draws - drawn.length;
  if (undefinedDraws > draws / 10 || drawn[0] === drawn[drawn.length - 1]) return null;
  const ends =
    method === "percentile"
      ? percentileInterval(drawn, level)
      : bcaInterval(drawn, { estimate, acceleration: acceleration(leftOut(blocks, statistic)), level });
  return { estimate, ...ends, se: spreadOf(drawn), undefinedDraws };
}

/** @param drawn in rising order */
export function percentileInterval(drawn: Float64Array, level = 0.95): Bounds {
  const tail = tailOf(level);
  return { low: quantile(drawn, tail), high: quantile(drawn, 1 - tail) };
}

/**
 * The percentile interval at levels moved by bias and skew. A draw equal to the estimate counts half below it.
 *
 * @param drawn in rising order
 */
export function bcaInterval(
  drawn: Float64Array,
  { estimate, acceleration, level = 0.95 }: { estimate: number; acceleration: number; level?: number },
): Bounds {
  const tail = tailOf(level);
  let below = 0;
  for (const value of drawn) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  // An estimate outside all draws has an infinite bias; the last draw is as far as they reach.
  const share = Math.min(1 - 0.5 / drawn.length, Math.max(0.5 / drawn.length, below / drawn.length));
  const bias = normalQuantile(share);
  return {
    low: quantile(drawn, bcaLevel(tail, bias, acceleration)),
    high: quantile(drawn, bcaLevel(1 - tail, bias, acceleration)),
  };
}

/**
 * The level at which BCa reads a percentile in place of p.
 *
 * @param bias z0, the normal quantile of the share of draws below the estimate
 */
export function bcaLevel(p: number, bias: number, acceleration: number): number {
  const z = bias + normalQuantile(p);
  const stretch = 1 - acceleration * z;
  // Beyond the pole the formula turns back; the end of the draws is meant.
  if (stretch <= 0) return z > 0 ? 1 : 0;
  return normalCdf(bias + z / stretch);
}

/**
 * BCa's acceleration: a sixth of the skew of the leave-one-out values.
 *
 * @returns 0 where they are all alike
 */
export function acceleration(leftOutValues: ArrayLike<number>): number {
  const n = leftOutValues.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (leftOutValues[i] as number) / n;
  let [squares, cubes] = [0, 0];
  for (let i = 0; i < n; i++) {
    const off = mean - (leftOutValues[i] as number);
    squares += off ** 2;
    cubes += off ** 3;
  }
  const skew = cubes / (6 * squares ** 1.5);
  return Number.isFinite(skew) ? skew : 0;
}

function leftOut(blocks: Blocks, statistic: Statistic): number[] {
  const parts = Math.min(blocks.count, mostLeftOut);
  return Array.from({ length: parts }, (_, part) => statistic(blocks.without(part, parts))).filter(Number.isFinite);
}

function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low === high ? low : low + (at - below) * (high - low);
}

function spreadOf(values: Float64Array): number {
  let [mean, squares] = [0, 0];
  for (const value of values) mean += value / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
