import { expect, test } from "vitest";
import { seconds } from "./options.ts";

test.each(["9999999", "1000001", "1e300"])("%s s is longer than any timer", (text) => {
  expect(() => seconds(text)).toThrow(/is more than 1000000 seconds|no whole number/);
});

test("what a timer keeps is taken", () => {
  expect(["1", "120", "1000000"].map(seconds)).toEqual([1, 120, 1_000_000]);
});
