import fc from "fast-check";
import { expect, test } from "vitest";
import { newcombe } from "./newcombe.ts";

test.each([
  [56, 70, 48, 80, 0.2, 0.052431, 0.333873],
  [9, 10, 3, 10, 0.6, 0.170523, 0.809018],
])("of %d/%d against %d/%d is %d [%d, %d]", (a, m, b, n, delta, low, high) => {
  const found = newcombe({ successes: a, n: m }, { successes: b, n });
  expect(found.delta).toBeCloseTo(delta, 12);
  expect(found.low).toBeCloseTo(low, 6);
  expect(found.high).toBeCloseTo(high, 6);
});

test("turns its sign when the sides change places, holds the difference, has width, and stays within -1 and 1", () => {
  const proportion = fc
    .integer({ min: 1, max: 2000 })
    .chain((n) => fc.record({ n: fc.constant(n), successes: fc.integer({ min: 0, max: n }) }));
  fc.assert(
    fc.property(proportion, proportion, (a, b) => {
      const one = newcombe(a, b);
      const other = newcombe(b, a);
      expect(other.delta).toBeCloseTo(-one.delta, 12);
      expect(other.low).toBeCloseTo(-one.high, 12);
      expect(one.low).toBeLessThanOrEqual(one.delta);
      expect(one.high).toBeGreaterThanOrEqual(one.delta);
      expect(one.high - one.low).toBeGreaterThan(0);
      expect(one.low).toBeGreaterThanOrEqual(-1 - 1e-12);
      expect(one.high).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test("refuses what is no proportion", () => {
  expect(() => newcombe({ successes: 3, n: 2 }, { successes: 1, n: 2 })).toThrow(RangeError);
});
