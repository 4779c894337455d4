import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaCdf, betaQuantile } from "./beta.ts";
import { logGamma } from "./gamma.ts";
import { normalQuantile } from "./normal.ts";
import { tQuantile } from "./student.ts";

describe("normalQuantile", () => {
  test.each([
    [0.975, 1.9599639845400536],
    [0.95, 1.6448536269514715],
    [0.8, 0.8416212335729144],
    [0.5, 0],
    [0.42, -0.2018934791418509],
    [1e-3, -3.090232306167813],
    [1e-10, -6.361340902404056],
    [1e-300, -37.0470962993612],
    [0.999999, 4.753424308817089],
  ])("of %d is %d", (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 12);
  });

  test("is odd around a half and rises", () => {
    const probability = fc.double({ min: 1e-12, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(probability, probability, (p, q) => {
        // 1 - p has lost digits of a small p, which a steep quantile shows.
        expect(Math.abs(normalQuantile(p) + normalQuantile(1 - p))).toBeLessThan(1e-5);
        if (p < q) expect(normalQuantile(p)).toBeLessThanOrEqual(normalQuantile(q));
      }),
    );
  });

  test.each([0, 1, -1, Number.NaN])("refuses %d", (p) => {
    expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});

test.each([
  [0.1, 2.2527126517342055],
  [0.5, 0.5723649429247004],
  [1, 0],
  [2, 0],
  [3.5, 1.2009736023470738],
  [100, 359.1342053695754],
  [1e6, 12815504.569147611],
])("logGamma of %d is %d", (x, value) => {
  expect(Math.abs(logGamma(x) - value)).toBeLessThanOrEqual(1e-13 * Math.max(1, value));
});

describe("tQuantile", () => {
  test.each([
    [3, 3.182446],
    [9, 2.262157],
    [99, 1.984217],
    [1, 12.706205],
    [2, 4.302653],
    [1e7, 1.959964],
  ])("of 0.975 with %d degrees of freedom is %d", (df, t) => {
    expect(tQuantile(0.975, df)).toBeCloseTo(t, 6);
    expect(tQuantile(0.025, df)).toBeCloseTo(-t, 6);
  });

  test("of a half is 0", () => {
    expect(tQuantile(0.5, 4)).toBeCloseTo(0, 12);
  });
});

describe("beta", () => {
  test("the distribution of Beta(1, b), Beta(a, 1) and Beta(2, 2) is the one on paper", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 50, noNaN: true }), (x, k) => {
        expect(betaCdf(x, 1, k)).toBeCloseTo(1 - (1 - x) ** k, 11);
        expect(betaCdf(x, k, 1)).toBeCloseTo(x ** k, 11);
        expect(betaCdf(x, 2, 2)).toBeCloseTo(x * x * (3 - 2 * x), 11);
      }),
    );
  });

  test("the quantile undoes the distribution, also far out and for a million trials", () => {
    const shape = (least: number) =>
      fc.oneof(fc.double({ min: least, max: 50, noNaN: true }), fc.double({ min: least, max: 1e6, noNaN: true }));
    // With b below 1 the distribution crowds so near 1 that doubles cannot tell its quantiles apart; no interval asks for that.
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), shape(0.5), shape(1), (p, a, b) => {
        expect(betaCdf(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 8);
      }),
    );
  });
});
