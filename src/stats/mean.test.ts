import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clip } from "./bounds.ts";
import { alikeInterval, meanOf, tInterval } from "./mean.ts";

/** k ones and n - k zeros. */
const verdicts = (k: number, n: number) => Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));

describe("meanOf", () => {
  test.each([
    { values: verdicts(70, 100), mean: 0.7, se: 0.0460566 },
    { values: verdicts(955, 1000), mean: 0.955, se: 0.00655881 },
    { values: [0.2, 0.4, 0.4, 0.9, 1], mean: 0.58, se: 0.15620499 },
  ])("mean $mean has standard error $se", ({ values, mean, se }) => {
    const found = meanOf(values);
    expect(found.mean).toBeCloseTo(mean, 12);
    expect(found.se).toBeCloseTo(se, 7);
  });

  test.each([
    [70, 100, 0.0458258],
    [955, 1000, 0.00655553],
  ])("of %d in %d verdicts is sqrt(pq / n), %d, made larger for n - 1", (k, n, plain) => {
    expect((meanOf(verdicts(k, n)).se as number) * Math.sqrt((n - 1) / n)).toBeCloseTo(plain, 7);
    expect(Math.sqrt(((k / n) * (1 - k / n)) / n)).toBeCloseTo(plain, 7);
  });

  test("one value has no standard error", () => {
    expect(meanOf([0.3])).toEqual({ mean: 0.3, se: null, n: 1 });
  });

  test("no value has no mean", () => {
    expect(() => meanOf([])).toThrow(RangeError);
  });
});

describe("tInterval", () => {
  test("leaves the range of the scores, and is clipped to it", () => {
    const interval = tInterval(0.58, 0.15620499, 4);
    expect(interval.low).toBeCloseTo(0.146305, 6);
    expect(interval.high).toBeCloseTo(1.013695, 6);
    expect(clip(interval, 0, 1)).toEqual({ low: interval.low, high: 1 });
  });

  test("refuses a standard error of 0, which would claim certainty", () => {
    expect(() => tInterval(0.5, 0, 9)).toThrow(RangeError);
  });
});

describe("alikeInterval", () => {
  test("ten values of 1 go down to what Clopper-Pearson gives for 10 of 10", () => {
    const { low, high } = alikeInterval(1, 10);
    expect(low).toBeCloseTo(0.691503, 6);
    expect(high).toBe(1);
  });

  test("holds the value, has width, and stays within 0 and 1", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 10_000 }), (value, n) => {
        const { low, high } = alikeInterval(value, n);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high - low).toBeGreaterThan(0);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});
