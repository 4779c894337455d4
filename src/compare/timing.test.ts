import fc from "fast-check";
import { expect, test } from "vitest";
import { deltaOf } from "./delta.ts";
import { median } from "./timing.ts";

test("a time comes as two medians and their difference, however surely a test would tell the replies apart", () => {
  const warm = Float64Array.from({ length: 200 }, (_, at) => 30 + (at % 5));
  const cold = warm.map((ms) => ms + 8);
  cold[0] = Number.NaN;
  const facts = { name: "ms", unit: "ms", better: "lower" } as const;
  expect(deltaOf(facts, { baseline: cold, candidate: warm, unitRange: false }, undefined)).toMatchObject({
    baseline: { value: 40, interval: null, se: null },
    candidate: { value: 32, interval: null, se: null },
    value: -8,
    n: 199,
    ...{ se: null, interval: null, p: null, mde: null, test: "none" },
    reason: expect.stringMatching(/share load/),
  });
});

test("the median has as many values above as below", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (values) => {
      const middle = median([...values, Number.NaN]) ?? Number.NaN;
      const count = (is: (value: number) => boolean) => values.filter(is).length;
      expect(count((value) => value > middle)).toBeLessThanOrEqual(values.length / 2);
      expect(count((value) => value < middle)).toBeLessThanOrEqual(values.length / 2);
    }),
  );
  expect(median([Number.NaN])).toBeNull();
});
