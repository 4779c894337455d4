import fc from "fast-check";
import { expect, test } from "vitest";
import { binomialCdf, binomialMass } from "./binomial.ts";

test("the masses of all outcomes sum to the distribution, and the distribution to 1", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
      let sum = 0;
      for (let k = 0; k <= n; k++) {
        sum += binomialMass(k, n, p);
        expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 10);
      }
      expect(sum).toBeCloseTo(1, 10);
    }),
    { numRuns: 30 },
  );
});

test.each([
  [3, 2, 0.5],
  [-1, 2, 0.5],
  [0.5, 2, 0.5],
  [1, 2, 1.1],
  [1, 2, Number.NaN],
])("refuses %d of %d at %d", (k, n, p) => {
  expect(() => binomialCdf(k, n, p)).toThrow(RangeError);
  expect(() => binomialMass(k, n, p)).toThrow(RangeError);
});
