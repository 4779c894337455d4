import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openaiBootstrapStd } from "./bootstrap-std.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { tInterval } from "./mean.ts";
import { proportionInterval } from "./proportion-interval.ts";
import { wilson } from "./wilson.ts";

describe("intervals of a proportion are scipy's", () => {
  test.each([
    { k: 8, n: 10, w: [0.490162, 0.943318], cp: [0.443905, 0.974789] },
    { k: 0, n: 10, w: [0, 0.277533], cp: [0, 0.308497] },
    { k: 10, n: 10, w: [0.722467, 1], cp: [0.691503, 1] },
    { k: 95, n: 100, w: [0.88825, 0.978456], cp: [0.887165, 0.983568] },
    { k: 1, n: 29, w: [0.006113, 0.171755], cp: [0.000873, 0.177644] },
  ])("$k of $n", ({ k, n, w, cp }) => {
    const [score, exact] = [wilson(k, n), clopperPearson(k, n)];
    expect(score.low).toBeCloseTo(w[0] as number, 6);
    expect(score.high).toBeCloseTo(w[1] as number, 6);
    expect(exact.low).toBeCloseTo(cp[0] as number, 6);
    expect(exact.high).toBeCloseTo(cp[1] as number, 6);
  });

  test("no failure in 300 bounds the share of failures at 0.00993608, one-sided", () => {
    expect(clopperPearson(0, 300, 0.9).high).toBeCloseTo(0.00993608, 8);
  });
});

describe.each([
  ["wilson", wilson],
  ["clopperPearson", clopperPearson],
  ["proportionInterval", proportionInterval],
])("%s", (_, interval) => {
  const proportion = fc
    .integer({ min: 1, max: 5000 })
    .chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 0, max: n }) }));

  test("holds the estimate, has width, and stays within 0 and 1", () => {
    fc.assert(
      fc.property(proportion, ({ k, n }) => {
        const { low, high } = interval(k, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  test("is mirrored when right and wrong change places", () => {
    fc.assert(
      fc.property(proportion, ({ k, n }) => {
        expect(interval(n - k, n).low).toBeCloseTo(1 - interval(k, n).high, 10);
      }),
    );
  });

  test("is wider at a higher level", () => {
    fc.assert(
      fc.property(proportion, ({ k, n }) => {
        const narrow = interval(k, n, 0.9);
        const wide = interval(k, n, 0.99);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
    );
  });

  test.each([
    [3, 2],
    [-1, 2],
    [0, 0],
    [Number.NaN, 2],
  ])("refuses %d of %d", (k, n) => {
    expect(() => interval(k, n)).toThrow(RangeError);
  });

  test.each([0, 1, 95])("refuses a level of %d", (level) => {
    expect(() => interval(1, 2, level)).toThrow(RangeError);
  });
});

test.each([
  ["wilson", wilson],
  ["clopperPearson", clopperPearson],
])("one more success never lowers an end of %s", (_, interval) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const k = Math.floor(share * (n - 1));
      const [less, more] = [interval(k, n), interval(k + 1, n)];
      expect(more.low).toBeGreaterThanOrEqual(less.low);
      expect(more.high).toBeGreaterThanOrEqual(less.high);
    }),
  );
});

test.each([
  [4, 100, "clopper-pearson"],
  [5, 100, "wilson"],
  [95, 100, "wilson"],
  [96, 100, "clopper-pearson"],
  [4, 9, "clopper-pearson"],
])("%d of %d is shown with %s", (k, n, method) => {
  expect(proportionInterval(k, n).method).toBe(method);
});

/** The chance that the interval holds p, over every outcome of n trials. */
function coverage(interval: typeof wilson, n: number, p: number): number {
  let inside = 0;
  // From n downwards: for p near 1 the chance of 0 successes is too small for a double.
  let chance = p ** n;
  for (let k = n; k >= 0; k--) {
    const { low, high } = interval(k, n);
    if (low <= p && p <= high) inside += chance;
    chance *= (k / (n - k + 1)) * ((1 - p) / p);
  }
  return inside;
}

/** Student's interval, which collapses where all verdicts are alike. */
const byT: typeof wilson = (k, n) => {
  const p = k / n;
  return k === 0 || k === n ? { low: p, high: p } : tInterval(p, Math.sqrt((p * (1 - p)) / (n - 1)), n - 1);
};

test.each([
  [20, 0.9, 0.876, 0.957, 0.989],
  [20, 0.97, 0.456, 0.979, 0.979],
  [50, 0.97, 0.781, 0.937, 0.983],
  [100, 0.97, 0.802, 0.969, 0.989],
  [300, 0.97, 0.938, 0.941, 0.96],
])("at n = %d and p = %d, Student's t covers %d, Wilson %d and Clopper-Pearson %d", (n, p, student, byWilson, byExact) => {
  expect(coverage(byT, n, p)).toBeCloseTo(student, 3);
  expect(coverage(wilson, n, p)).toBeCloseTo(byWilson, 3);
  expect(coverage(clopperPearson, n, p)).toBeCloseTo(byExact, 3);
  expect(coverage(proportionInterval, n, p)).toBeGreaterThan(0.935);
});

describe("openaiBootstrapStd", () => {
  test.each([
    [7, 10, 0.1528],
    [60, 100, 0.0492],
    [7, 11, 0.1666],
  ])("%d of %d gives what upstream's draws scatter around: %d", (k, n, std) => {
    expect(openaiBootstrapStd(k, n)).toBeCloseTo(std, 4);
  });

  test("is not available below two verdicts", () => {
    expect(openaiBootstrapStd(0, 0)).toBeNull();
    expect(openaiBootstrapStd(1, 1)).toBeNull();
  });

  test("is the plain standard error for an even n", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (half, share) => {
        const n = 2 * half;
        const p = Math.round(share * n) / n;
        expect(openaiBootstrapStd(Math.round(share * n), n)).toBeCloseTo(Math.sqrt((p * (1 - p)) / (n - 1)), 12);
      }),
    );
  });
});
