import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundedRegex } from "./bounded-regex.ts";

describe("boundedRegex", () => {
  test.each([
    ["^(a+)+$", `${"a".repeat(60)}b`],
    ["^(a|aa)+$", `${"a".repeat(90)}b`],
    ["(.*)(.*)(.*)(.*)(.*)(.*)x$", "a".repeat(2000)],
    ["^(a*)*\\1$", `${"a".repeat(60)}b`],
  ])("gives up on %s where backtracking would never end", (pattern, text) => {
    expect(() => boundedRegex(pattern, "u").test(text)).toThrow(
      expect.objectContaining({ code: "score.failed", message: expect.stringContaining("came to no end") }),
    );
  });

  test("still finds in other texts what it gave up on in one", () => {
    const regex = boundedRegex("^(a+)+$", "u");
    expect(() => regex.test(`${"a".repeat(60)}b`)).toThrow();
    expect(regex.test("aaa")).toBe(true);
    expect(regex.test("b")).toBe(false);
  });

  test("says what RegExp says, watched or not", () => {
    const patterns = ["a+b", "^(a|b)*c?$", "[ab]{2,}", "(?<x>a)\\k<x>", "(?:ab)+", "\\)+", "[)+*]a"];
    fc.assert(
      fc.property(
        fc.constantFrom(...patterns),
        fc.string({ unit: fc.constantFrom("a", "b", "c", ")"), maxLength: 8 }),
        (pattern, text) => {
          expect(boundedRegex(pattern, "u").test(text)).toBe(new RegExp(pattern, "u").test(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("refuses what is no pattern", () => {
    expect(() => boundedRegex("(", "u")).toThrow(SyntaxError);
  });
});
