import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sentenceBleu } from "./bleu.ts";
import { sentenceChrf } from "./chrf.ts";
import { similarity } from "./levenshtein.ts";
import { rougeLF1 } from "./rouge-l.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom("a", "b", " ", ".", "the ", "cat "), maxLength: 30 }),
);

/** All from 0 to 1 here. */
const measures: readonly { name: string; symmetric: boolean; alike(one: string, other: string): number }[] = [
  { name: "Levenshtein", symmetric: true, alike: similarity },
  { name: "ROUGE-L", symmetric: true, alike: rougeLF1 },
  { name: "BLEU", symmetric: false, alike: (one, other) => sentenceBleu(one, [other]) / 100 },
  { name: "chrF", symmetric: false, alike: (one, other) => sentenceChrf(one, other) / 100 },
];

describe.each(measures)("$name", ({ name, alike }) => {
  test("is between 0 and 1, whatever the texts", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const value = alike(one, other);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test("is 1 for the same text, if that says anything", () => {
    fc.assert(
      fc.property(text, (one) => {
        fc.pre(name === "Levenshtein" || /[a-z]/.test(one));
        expect(alike(one, one)).toBeCloseTo(1, 12);
      }),
    );
  });
});

test.each(measures.filter(({ symmetric }) => symmetric))("$name is the same both ways", ({ alike }) => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(alike(one, other)).toBeCloseTo(alike(other, one), 12);
    }),
  );
});

test.each([
  { one: "kitten", other: "sitting", value: 1 - 3 / 7 },
  { one: "", other: "", value: 1 },
  { one: "", other: "abc", value: 0 },
  { one: "abc", other: "xyz", value: 0 },
  { one: "OSLO", other: "oslo", args: { ignore_case: true }, value: 1 },
  { one: " oslo\n", other: "oslo", args: { trim: true }, value: 1 },
])("$one and $other are alike by $value", ({ one, other, args, value }) => {
  expect(similarity(one, other, args)).toBeCloseTo(value, 12);
});

test("ROUGE-L takes letters beyond ASCII as parts of words", () => {
  expect(rougeLF1("Größe über alles", "größe ÜBER alles!")).toBe(1);
});
