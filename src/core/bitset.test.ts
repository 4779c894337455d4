import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bitset } from "./bitset.ts";

describe("bitset", () => {
  test("holds what a set of whole numbers below its size holds, and counts each once", () => {
    const some = fc
      .integer({ min: 0, max: 200 })
      .chain((size) => fc.tuple(fc.constant(size), fc.array(fc.nat({ max: size + 40 }))));
    fc.assert(
      fc.property(some, ([size, numbers]) => {
        const bits = bitset(size);
        const set = new Set<number>();
        for (const number of numbers) {
          bits.add(number);
          if (number < size) set.add(number);
          expect(bits.count).toBe(set.size);
        }
        for (let at = -2; at < size + 70; at++) expect(bits.has(at)).toBe(set.has(at));
      }),
    );
  });

  test("asks and adds without the object before it, as callbacks do", () => {
    const { has, add } = bitset(40);
    add(31);
    add(32);
    expect([30, 31, 32, 33].map(has)).toEqual([false, true, true, false]);
  });
});
