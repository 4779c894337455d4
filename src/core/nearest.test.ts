import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearestNames } from "./nearest.ts";

describe("nearestNames", () => {
  test.each([
    { name: "tickts", known: ["general", "tickets", "tickets-hard"], found: ["tickets"] },
    { name: "tikcets", known: ["tickets"], found: ["tickets"] },
    { name: "ticket", known: ["tickets-hard", "tickets", "other"], found: ["tickets", "tickets-hard"] },
    { name: "Match", known: ["batch", "match"], found: ["match", "batch"] },
    { name: "incldues", known: ["match", "includes", "fuzzy-match"], found: ["includes"] },
    { name: "zzzzzz", known: ["match", "includes"], found: [] },
    { name: "x", known: [], found: [] },
  ])("of $name among $known: $found", ({ name, known, found }) => {
    expect(nearestNames(name, known)).toEqual(found);
  });

  test("finds the name again after any one typing error, and gives three at most", () => {
    const word = fc.stringMatching(/^[a-z]{4,10}$/);
    fc.assert(
      fc.property(
        word,
        fc.array(word, { maxLength: 20 }),
        fc.nat(3),
        fc.constantFrom("drop", "double", "swap"),
        (name, others, at, slip) => {
          const [a, b] = [name.charAt(at), name.charAt(at + 1)];
          const wrong = { drop: "", double: a + a + b, swap: b + a }[slip];
          const typed = name.slice(0, at) + wrong + name.slice(at + (slip === "drop" ? 1 : 2));
          const found = nearestNames(typed, [name, ...others.filter((other) => other !== name)]);
          expect(found.length).toBeLessThanOrEqual(3);
          if (found.length < 3) expect(found).toContain(name);
        },
      ),
    );
  });
});
