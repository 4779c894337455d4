import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstDifference } from "./first-difference.ts";

describe("firstDifference", () => {
  test.each([
    { left: "abc", right: "abd", around: 6, found: { at: 2, left: "abc", right: "abd", shared: 2 } },
    { left: "abcdef", right: "abcd", around: 6, found: { at: 4, left: "cdef", right: "cd", shared: 2 } },
    { left: "", right: "x", around: 6, found: { at: 0, left: "", right: "x", shared: 0 } },
    { left: "😀a", right: "😀b", around: 6, found: { at: 1, left: "😀a", right: "😀b", shared: 1 } },
  ])("of $left and $right", ({ left, right, around, found }) => {
    expect(firstDifference(left, right, around)).toEqual(found);
  });

  test("is there exactly when the texts are not the same, and never within what they share", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 3, max: 60 }), (left, right, around) => {
        const found = firstDifference(left, right, around);
        expect(found === undefined).toBe(left === right);
        if (found === undefined) return;
        const characters = (text: string) => [...text].slice(0, found.at).join("");
        expect(characters(left)).toBe(characters(right));
        expect([...found.left][found.shared]).not.toBe([...found.right][found.shared]);
      }),
    );
  });
});
