import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalCdf } from "./normal-cdf.ts";
import { tangoInterval, tangoMargin, tangoZ } from "./tango.ts";

const counts = fc
  .integer({ min: 1, max: 3000 })
  .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n })))
  .chain(([n, flips]) => fc.record({ n: fc.constant(n), flips: fc.constant(flips), b: fc.integer({ min: 0, max: flips }) }))
  .map(({ n, flips, b }) => ({ b, c: flips - b, n }));
const bounds = fc.integer({ min: -9990, max: 9990 }).map((k) => k / 10_000);

describe("tangoInterval", () => {
  test.each([
    { b: 12, c: 2, n: 50, level: 0.95, low: 0.061112, high: 0.344709 },
    { b: 10, c: 3, n: 100, level: 0.95, low: -0.000766, high: 0.149864 },
    { b: 40, c: 25, n: 1000, level: 0.95, low: -0.000824, high: 0.031494 },
    { b: 20, c: 25, n: 500, level: 0.95, low: -0.037445, high: 0.016886 },
    { b: 20, c: 25, n: 500, level: 0.9, low: -0.032786, high: 0.01238 },
    { b: 0, c: 0, n: 100, level: 0.95, low: -0.036993, high: 0.036993 },
  ])("of $b better and $c worse of $n at $level is [$low, $high]", ({ b, c, n, level, low, high }) => {
    const found = tangoInterval(b, c, n, level);
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
  });

  test("holds the estimate, has width, stays within -1 and 1, and is mirrored when the sides change places", () => {
    fc.assert(
      fc.property(counts, ({ b, c, n }) => {
        const { low, high } = tangoInterval(b, c, n);
        const value = (b - c) / n;
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high - low).toBeGreaterThan(0);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(tangoInterval(c, b, n)).toEqual({ low: -high, high: -low });
      }),
    );
  });
});

describe("tangoZ", () => {
  test.each([
    { margin: 0.03, z: 1.452314, p: 0.073207 },
    { margin: 0.02, z: 0.738886, p: 0.229988 },
  ])("of 20 better and 25 worse of 500 against a margin of $margin is $z", ({ margin, z, p }) => {
    expect(tangoZ(20, 25, 500, -margin)).toBeCloseTo(z, 6);
    expect(normalCdf(-z)).toBeCloseTo(p, 6);
    expect(tangoMargin({ b: 20, c: 25, n: 500 }).pAbove(-margin)).toBeCloseTo(p, 6);
  });

  test("is McNemar's statistic without a margin", () => {
    expect(tangoZ(10, 3, 100, 0)).toBeCloseTo(7 / Math.sqrt(13), 12);
  });

  test("rises with every pair that improves, falls with every pair that regresses, and falls with the bound", () => {
    fc.assert(
      fc.property(counts, bounds, bounds, ({ b, c, n }, delta, other) => {
        const z = tangoZ(b, c, n, delta);
        if (b + c < n) {
          expect(tangoZ(b + 1, c, n, delta)).toBeGreaterThanOrEqual(z - 1e-9);
          expect(tangoZ(b, c + 1, n, delta)).toBeLessThanOrEqual(z + 1e-9);
        }
        if (other > delta) expect(tangoZ(b, c, n, other)).toBeLessThanOrEqual(z + 1e-9);
      }),
    );
  });
});
