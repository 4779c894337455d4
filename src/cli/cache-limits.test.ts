import { expect, test } from "vitest";
import { parseAge, parseSize } from "./cache-limits.ts";

test.each([
  { text: "90min", is: 5_400_000 },
  { text: "12h", is: 43_200_000 },
  { text: "1.5d", is: 129_600_000 },
  { text: "2W", is: 1_209_600_000 },
])("an age of $text", ({ text, is }) => {
  expect(parseAge(text)).toBe(is);
});

test.each([
  { text: "800b", is: 800 },
  { text: "500 kb", is: 500_000 },
  { text: "1GB", is: 1e9 },
])("a size of $text", ({ text, is }) => {
  expect(parseSize(text)).toBe(is);
});

test.each(["", "d", "30", "-1d", "3m", "1e3d", "1constructor"])("%j is neither", (text) => {
  expect(() => parseAge(text)).toThrow("is not an age");
  expect(() => parseSize(text)).toThrow("is not a size");
});
