import fc from "fast-check";
import { expect, test } from "vitest";
import { binomialMass } from "./binomial.ts";
import { flipsChance } from "./flips-chance.ts";

/** Every outcome by itself. */
function summed(n: number, up: number, down: number, least: (c: number) => number): number {
  let sum = 0;
  for (let c = 0; c <= n; c++) {
    for (let b = Math.max(0, least(c)); b <= n - c; b++) {
      const share = down < 1 ? Math.min(1, up / (1 - down)) : 0;
      sum += binomialMass(c, n, down) * binomialMass(b, n - c, share);
    }
  }
  return sum;
}

const share = fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 0.5, noNaN: true }));

test("is the sum over all outcomes, also where one side never happens or edges lie far out", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      share,
      share,
      fc.integer({ min: 0, max: 70 }),
      fc.nat(4),
      (n, up, down, first, slope) => {
        const least = (c: number) => Math.min(first + slope * c, n - c + 1);
        expect(flipsChance(n, up, down, least)).toBeCloseTo(summed(n, up, down, least), 12);
      },
    ),
  );
});

test("keeps its digits in a tail of 1e-200", () => {
  const least = () => 180;
  const found = flipsChance(200, 0.05, 0.05, least);
  expect(found / summed(200, 0.05, 0.05, least)).toBeCloseTo(1, 6);
  expect(found).toBeLessThan(1e-190);
});

test("a pair that always flips one way is certain", () => {
  expect(flipsChance(10, 1, 0, () => 10)).toBe(1);
  expect(flipsChance(10, 0, 1, () => 0)).toBeCloseTo(1, 12);
  expect(flipsChance(10, 0, 1, (c) => 11 - c)).toBe(0);
});
