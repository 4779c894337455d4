import fc from "fast-check";
import { expect, test } from "vitest";
import { jeffreys } from "./jeffreys.ts";

test.each([
  [8, 10, 0.497226, 0.955941],
  [0, 10, 0, 0.217196],
  [10, 10, 0.782804, 1],
  [95, 100, 0.8939, 0.980668],
  [1, 29, 0.003746, 0.150078],
])("of %d in %d is [%d, %d]", (k, n, low, high) => {
  const interval = jeffreys(k, n);
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});

test("holds the estimate, has width, stays within 0 and 1, and is mirrored when right and wrong change places", () => {
  const proportion = fc
    .integer({ min: 1, max: 5000 })
    .chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 0, max: n }) }));
  fc.assert(
    fc.property(proportion, ({ k, n }) => {
      const { low, high } = jeffreys(k, n);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(k / n);
      expect(high).toBeGreaterThanOrEqual(k / n);
      expect(high - low).toBeGreaterThan(0);
      expect(jeffreys(n - k, n).low).toBeCloseTo(1 - high, 10);
    }),
  );
});

test.each([
  [3, 2],
  [-1, 2],
  [0, 0],
  [Number.NaN, 2],
])("refuses %d of %d", (k, n) => {
  expect(() => jeffreys(k, n)).toThrow(RangeError);
});
