import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tally } from "./tally.ts";

function spreadOf(values: readonly number[], bins = 4) {
  const counted = tally();
  for (const value of values) counted.add(value);
  return counted.distribution(bins);
}

describe("a distribution", () => {
  test("of nothing is none", () => {
    expect(spreadOf([])).toBeNull();
  });

  // numpy.quantile and numpy.mean.
  test.each([
    { values: [3], min: 3, p10: 3, median: 3, mean: 3, p90: 3, max: 3 },
    { values: [2, 9, 2, 3, 3], min: 2, p10: 2, median: 3, mean: 3.8, p90: 6.6, max: 9 },
    { values: [1, 2, 3, 4], min: 1, p10: 1.3, median: 2.5, mean: 2.5, p90: 3.7, max: 4 },
    { values: [0, 0, 0, 10], min: 0, p10: 0, median: 0, mean: 2.5, p90: 7, max: 10 },
  ])("of $values is numpy's", ({ values, ...expected }) => {
    const spread = spreadOf(values);
    for (const [name, value] of Object.entries(expected)) expect(spread?.[name as keyof typeof expected]).toBeCloseTo(value, 9);
  });

  test("has every value in one bin, the smallest in the first and the largest in the last", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1 }), fc.integer({ min: 1, max: 30 }), (values, wanted) => {
        const bins = spreadOf(values, wanted)?.bins ?? [];
        expect(bins.length).toBeLessThanOrEqual(wanted);
        expect(bins.reduce((sum, n) => sum + n, 0)).toBe(values.length);
        expect(bins[0]).toBeGreaterThan(0);
        expect(bins.at(-1)).toBeGreaterThan(0);
      }),
    );
  });

  test("has quantiles in order, within its ends", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1 }), (values) => {
        const { min = 0, p10 = 0, median = 0, p90 = 0, max = 0 } = spreadOf(values) ?? {};
        const inOrder = [min, p10, median, p90, max];
        for (const [at, value] of inOrder.slice(1).entries())
          expect(value).toBeGreaterThanOrEqual((inOrder[at] as number) - 1e-9);
      }),
    );
  });
});
