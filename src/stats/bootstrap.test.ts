import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { acceleration, bcaInterval, bcaLevel, bootstrapInterval, percentileInterval } from "./bootstrap.ts";
import { clusteredMeanOf } from "./clusters.ts";
import { meanOf } from "./mean.ts";

const skewed = [0.3, 0.1, -0.2, 0.4, 0.5, 0.2, -0.1, 0.6, 2.0];

const meanOver = (values: ArrayLike<number>) => (rows: Int32Array) => {
  let sum = 0;
  for (const row of rows) sum += values[row] as number;
  return sum / rows.length;
};

/**
 * What endless draws of the mean would give, as a million evenly spaced quantiles: every way to draw n rows, weighed by how often it
 * comes up. In tenths, so that equal means are equal.
 */
function allMeans(tenths: readonly number[]): Float64Array {
  const n = tenths.length;
  const weights = new Map<number, number>();
  const visit = (i: number, left: number, sum: number, weight: number): void => {
    if (i === n - 1) {
      const total = sum + left * (tenths[i] as number);
      weights.set(total, (weights.get(total) ?? 0) + weight / factorial(left));
      return;
    }
    for (let times = 0; times <= left; times++)
      visit(i + 1, left - times, sum + times * (tenths[i] as number), weight / factorial(times));
  };
  visit(0, n, 0, factorial(n) / n ** n);
  const size = 1_000_000;
  const means = new Float64Array(size);
  let [at, reached] = [0, 0];
  for (const [total, weight] of [...weights].sort(([a], [b]) => a - b)) {
    reached += weight;
    while (at < size && (at + 0.5) / size < reached) means[at++] = total / (10 * n);
  }
  return means.subarray(0, at);
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

describe("BCa", () => {
  test.each([
    [0.1, 0.05, 0.95, 0.05461008, 0.99172374],
    [-0.15, 0.02, 0.9, 0.02987348, 0.91787557],
    [0, 0, 0.95, 0.025, 0.975],
  ])("with z0 = %d and a = %d at %d reads the percentiles %d and %d", (bias, skew, level, low, high) => {
    expect(bcaLevel((1 - level) / 2, bias, skew)).toBeCloseTo(low, 8);
    expect(bcaLevel(1 - (1 - level) / 2, bias, skew)).toBeCloseTo(high, 8);
  });

  test("takes the acceleration from the leave-one-out means", () => {
    const leftOut = skewed.map((_, i) => meanOf(skewed.filter((_, j) => j !== i)).mean);
    expect(acceleration(leftOut)).toBeCloseTo(0.09501467, 8);
  });

  test("over all draws there are gives scipy's interval, and the percentile interval its own", () => {
    const drawn = allMeans(skewed.map((value) => Math.round(value * 10)));
    const bca = bcaInterval(drawn, { estimate: 38 / 90, acceleration: 0.09501467 });
    expect(bca.low).toBeCloseTo(0.1444, 4);
    expect(bca.high).toBeCloseTo(1.0556, 4);
    // Were ties with the estimate not counted half, the upper end would be another.
    expect(bcaInterval(drawn, { estimate: 38 / 90 - 1e-9, acceleration: 0.09501467 }).high).toBeCloseTo(1.0444, 4);
    const percentile = percentileInterval(drawn);
    expect(percentile.low).toBeCloseTo(0.1, 4);
    expect(percentile.high).toBeCloseTo(0.87, 2);
  });

  test("past its pole means the end of the draws", () => {
    expect(bcaLevel(0.975, 2, 0.3)).toBe(1);
    expect(bcaLevel(0.025, -2, -0.3)).toBe(0);
  });
});

describe.each(["bca", "percentile"] as const)("the %s interval", (method) => {
  test("comes near the exact one by drawing", () => {
    const found = bootstrapInterval({ n: 9, statistic: meanOver(skewed), random: seededRandom(5), draws: 20_000, method });
    const exact = method === "bca" ? [0.1444, 1.0556] : [0.1, 0.87];
    expect(Math.abs((found?.low as number) - (exact[0] as number))).toBeLessThan(0.03);
    expect(Math.abs((found?.high as number) - (exact[1] as number))).toBeLessThan(0.03);
  });

  test("has ends in order, and its draws spread like the mean", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.nat(), (list, seed) => {
        const found = bootstrapInterval({
          n: list.length,
          statistic: meanOver(list),
          random: seededRandom(seed),
          draws: 400,
          method,
        });
        if (found === null) return;
        expect(found.low).toBeLessThanOrEqual(found.high);
        const expected = (meanOf(list).se as number) * Math.sqrt(1 - 1 / list.length);
        expect(Math.abs(found.se / expected - 1)).toBeLessThan(0.25);
      }),
    );
  });

  test("turns its sign when the sides change places, on the same draws", () => {
    const [a, b] = [Array.from({ length: 50 }, (_, i) => Math.sin(i)), Array.from({ length: 50 }, (_, i) => Math.cos(3 * i))];
    const difference = a.map((value, i) => value - (b[i] as number));
    const common = { n: 50, draws: 500, method };
    const one = bootstrapInterval({ ...common, statistic: meanOver(difference), random: seededRandom(2) });
    const other = bootstrapInterval({ ...common, statistic: meanOver(difference.map((d) => -d)), random: seededRandom(2) });
    expect(other?.low).toBeCloseTo(-(one?.high as number), 10);
    expect(other?.high).toBeCloseTo(-(one?.low as number), 10);
  });

  test("covers a skewed mean at least 91 % of the time at 60 rows", () => {
    const random = seededRandom(17);
    const runs = 400;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const values = Float64Array.from({ length: 60 }, () => -Math.log(1 - random()));
      const found = bootstrapInterval({ n: 60, statistic: meanOver(values), random, draws: 400, method });
      if (found !== null && found.low <= 1 && found.high >= 1) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.91);
  });
});

test("whole clusters are drawn: the spread is the cluster-robust one", () => {
  const random = seededRandom(4);
  const clusterOf = Array.from({ length: 400 }, (_, i) => (i * 7) % 40);
  const effect = Array.from({ length: 40 }, () => random());
  const values = clusterOf.map((cluster) => (effect[cluster] as number) + 0.1 * random());
  const found = bootstrapInterval({ n: 400, statistic: meanOver(values), clusterOf, random, draws: 4000 });
  const robust = clusteredMeanOf(values, clusterOf, 40).se as number;
  expect(Math.abs((found?.se as number) / robust - 1)).toBeLessThan(0.05);
  expect(robust / (meanOf(values).se as number)).toBeGreaterThan(2);
});

test("clusters of different sizes: every row of a drawn cluster is there, no row of another", () => {
  const clusterOf = [0, 1, 1, 2, 2, 2, 2, 2, 2, 2];
  const sizes = [1, 2, 7];
  const statistic = (rows: Int32Array) => {
    for (const cluster of sizes.keys()) {
      const there = rows.filter((row) => clusterOf[row] === cluster);
      expect(there.length % (sizes[cluster] as number)).toBe(0);
      expect(new Set(there).size).toBe(there.length === 0 ? 0 : sizes[cluster]);
    }
    return rows.length;
  };
  expect(bootstrapInterval({ n: 10, statistic, clusterOf, random: seededRandom(1), draws: 200 })).not.toBeNull();
});

test("leaving rows out block by block gives the acceleration of leaving each out", () => {
  const random = seededRandom(8);
  const values = Array.from({ length: 5000 }, () => -Math.log(1 - random()));
  const { mean } = meanOf(values);
  const each = acceleration(values.map((value) => (mean * values.length - value) / (values.length - 1)));
  const parts = 1000;
  const blocks = Array.from({ length: parts }, (_, part) => meanOf(values.filter((_, i) => i % parts !== part)).mean);
  expect(Math.abs(acceleration(blocks) - each)).toBeLessThan(0.003);
});

describe("there is no interval", () => {
  const random = seededRandom(1);
  test.each([
    ["of one row", { n: 1, statistic: () => 1 }],
    ["of rows in one cluster", { n: 3, statistic: (rows: Int32Array) => rows.length, clusterOf: [0, 0, 0] }],
    ["where all draws are alike", { n: 30, statistic: () => 0.4 }],
    ["where the statistic is not defined", { n: 30, statistic: () => Number.NaN }],
    [
      "where it is seldom defined",
      { n: 30, statistic: (rows: Int32Array) => (rows.includes(0) ? Math.log(rows.length) : Number.NaN) },
    ],
  ])("%s", (_, given) => {
    expect(bootstrapInterval({ ...given, random })).toBeNull();
  });
});

test("a draw now and then without a value is left out and counted", () => {
  const found = bootstrapInterval({
    n: 30,
    statistic: (rows) => (rows.some((row) => row < 4) ? meanOver(Array.from({ length: 30 }, (_, i) => i))(rows) : Number.NaN),
    random: seededRandom(1),
  });
  expect(found?.undefinedDraws).toBeGreaterThan(0);
  expect(found?.low).toBeGreaterThan(5);
});

test.each([
  { n: 0 },
  { n: 1.5 },
  { n: 3, draws: 0 },
  { n: 3, level: 1 },
  { n: 3, clusterOf: [0, 1] },
  { n: 3, clusterOf: [0, 2, 2] },
  { n: 3, clusterOf: [0, -1, 1] },
])("refuses %j", (given) => {
  expect(() => bootstrapInterval({ statistic: (rows) => rows[0] as number, random: seededRandom(1), ...given })).toThrow(
    RangeError,
  );
});
