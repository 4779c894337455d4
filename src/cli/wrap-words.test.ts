import fc from "fast-check";
import { expect, test } from "vitest";
import { shownWidth } from "./table.ts";
import { wrapWords } from "./wrap-words.ts";

test("breaks at spaces, and indents what follows", () => {
  expect(wrapWords("  note: nothing is right in both", 16, 8)).toEqual([
    "  note: nothing",
    "        is right",
    "        in both",
  ]);
  expect(wrapWords("a word: verylongindeed", 8)).toEqual(["a word:", "verylong", "indeed"]);
  expect(wrapWords("as it is, however long", undefined)).toEqual(["as it is, however long"]);
});

test("loses no word and never leaves the width", () => {
  const words = fc.array(fc.stringMatching(/^[a-z中]{1,9}$/), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(words, fc.integer({ min: 2, max: 60 }), fc.integer({ min: 0, max: 9 }), (given, width, indent) => {
      const lines = wrapWords(given.join(" "), width, indent);
      expect(lines.join("").replaceAll(" ", "")).toBe(given.join(""));
      if (width > 2 * indent + 2) for (const line of lines) expect(shownWidth(line)).toBeLessThanOrEqual(width);
      if (width >= 18 + indent) expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(given);
    }),
  );
});
