import { describe, expect, test } from "vitest";
import { exactMargin } from "../exact-margin.ts";
import { proportionMargins } from "../paired-proportion.ts";
import { tangoZ } from "../tango.ts";
import { chanceOf, type MarginRule, regionOf } from "./margin-levels.ts";
import { downBy, unpairedZ, waldZ } from "./naive-rules.ts";

const rates = (region: (c: number) => number, n: number, delta: number, flips: readonly number[]) =>
  flips.filter((share) => share >= Math.abs(delta)).map((share) => chanceOf(region, n, delta, share));

/** The rule that the first side is above a bound at a level. */
const ours =
  (bound: number, a: number): MarginRule =>
  (counts) =>
    proportionMargins(counts).above.pAbove(bound) < a;
const tango =
  (bound: number): MarginRule =>
  ({ b, c, n }) =>
    tangoZ(b, c, n, bound) > 1.6448536269514722;

/** Shares of pairs that differ. Densely, since the worst lie anywhere between round numbers. */
const flips = Array.from({ length: 86 }, (_, i) => 0.03 + i * 0.002);

describe.each([{ n: 88 }, { n: 156 }, { n: 247 }, { n: 600 }])(
  "non-inferiority over $n independent pairs, every outcome summed",
  ({ n }) => {
    const margins = [{ margin: 0.02 }, { margin: 0.03 }];

    test.each(margins)("a candidate worse by the margin of $margin passes, and fails, at most 5 % of the time", ({ margin }) => {
      const passes = rates(regionOf(ours(-margin, 0.05), n), n, -margin, flips);
      // "Below minus the margin" is "above the margin" of swapped sides.
      const fails = rates(regionOf(ours(margin, 0.05), n), n, margin, flips);
      expect(Math.max(...passes)).toBeLessThanOrEqual(0.05);
      expect(Math.max(...fails)).toBeLessThanOrEqual(0.05);
      // Not by never deciding.
      expect(Math.max(...passes)).toBeGreaterThan(0.04);
      expect(Math.max(...fails)).toBeGreaterThan(0.04);
    });

    test.each(margins)("an unchanged candidate passes a margin of $margin nearly as often as by Tango's test", ({ margin }) => {
      const exact = rates(regionOf(ours(-margin, 0.05), n), n, 0, [0.1, 0.2]);
      const score = rates(regionOf(tango(-margin), n), n, 0, [0.1, 0.2]);
      for (const [i, rate] of exact.entries()) expect(rate).toBeGreaterThan((score[i] as number) - 0.03);
    });
  },
);

test("Tango's test alone passes up to 6.9 % and fails up to 9.8 % where flips are few", () => {
  expect(chanceOf(regionOf(tango(-0.03), 88), 88, -0.03, 0.03)).toBeCloseTo(0.0685, 3);
  expect(chanceOf(regionOf(tango(0.02), 156), 156, 0.02, 0.03)).toBeCloseTo(0.098, 3);
});

describe.each([{ n: 50 }, { n: 500 }, { n: 2000 }])("95 % intervals over $n independent pairs, every outcome summed", ({ n }) => {
  const shares = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4];

  test("two equal models differ by them at most 5 % of the time", () => {
    const above = regionOf(ours(0, 0.025), n);
    for (const share of shares) expect(2 * chanceOf(above, n, 0, share)).toBeLessThanOrEqual(0.05);
  });

  test.each([{ delta: 0.02 }, { delta: 0.1 }])("they hold a true difference of $delta at least 95 % of the time", ({ delta }) => {
    const above = regionOf(ours(delta, 0.025), n);
    const below = regionOf(ours(-delta, 0.025), n);
    for (const share of shares.filter((one) => one >= delta)) {
      expect(chanceOf(above, n, delta, share) + chanceOf(below, n, -delta, share)).toBeLessThanOrEqual(0.05);
    }
  });
});

test.each([
  { n: 4000, delta: -0.03 },
  { n: 40_000, delta: -0.03 },
  { n: 40_000, delta: 0.03 },
  { n: 40_000, delta: 0 },
  { n: 200_000, delta: -0.001 },
])(
  "where Tango's test takes over, at 2,000 flips in $n pairs, it keeps 5 % to within a fiftieth at a difference of $delta",
  ({ n, delta }) => {
    const rate = chanceOf(regionOf(tango(delta), n), n, delta, 2000 / n);
    expect(rate).toBeLessThan(0.051);
    expect(rate).toBeGreaterThan(0.048);
  },
);

describe("rules of thumb over 500 independent pairs of which a tenth differ", () => {
  const rate = (rule: MarginRule, delta = 0) => chanceOf(regionOf(rule, 500), 500, delta, 0.1);

  test.each([
    { points: 0, alarms: 0.472 },
    { points: 1, alarms: 0.219 },
    { points: 2, alarms: 0.069 },
  ])(
    "a score that fell by more than $points points: an unchanged model is called worse $alarms of the time",
    ({ points, alarms }) => {
      expect(rate(downBy(points))).toBeCloseTo(alarms, 2);
    },
  );

  test("an unpaired z test misses a model that is 3 points worse more than twice as often as ours", () => {
    expect(1 - rate(unpairedZ(0.8), 0.03)).toBeGreaterThan(0.85);
    expect(1 - rate(ours(0, 0.025), 0.03)).toBeLessThan(0.5);
  });

  test("a standard error alone is certain of a margin as soon as nothing flips", () => {
    expect(chanceOf(regionOf(waldZ(-0.03, 1.6448536269514722), 88), 88, -0.03, 0.03)).toBeGreaterThan(0.05);
  });
});

test("the exact test is the default where few flip", () => {
  expect(proportionMargins({ b: 2, c: 5, n: 200 }).above.pAbove(-0.05)).toBe(exactMargin({ b: 2, c: 5, n: 200 }).pAbove(-0.05));
});
