import fc from "fast-check";
import { expect, test } from "vitest";
import { lastBelow } from "./last-below.ts";

test("finds where a rising function crosses 0, however steep or flat", () => {
  const shapes: ((x: number, at: number) => number)[] = [
    (x, at) => x - at,
    (x, at) => (x - at) ** 3,
    (x, at) => Math.log((1 + x) / (1 + at)),
    (x, at) => (x < at ? -1 : 1),
    (x, at) => Math.expm1(200 * (x - at)),
  ];
  fc.assert(
    fc.property(fc.double({ min: -0.99, max: 0.99, noNaN: true }), fc.constantFrom(...shapes), (at, shape) => {
      let calls = 0;
      const found = lastBelow(
        (x) => {
          calls++;
          return shape(x, at);
        },
        -1,
        1,
      );
      expect(Math.abs(found - at)).toBeLessThan(2e-11);
      expect(calls).toBeLessThan(60);
    }),
  );
});

test("stays at the end that it never leaves", () => {
  expect(lastBelow(() => 1, -1, 1)).toBe(-1);
  expect(lastBelow(() => -1, -1, 1)).toBe(1);
});
