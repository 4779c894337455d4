import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseText } from "./normalise-text.ts";

describe("normaliseText", () => {
  test.each([
    { what: "case", one: "Disk IS Full", other: "disk is full" },
    { what: "case of other alphabets", one: "СТРАССЕ Straße ΟΔΟΣ", other: "страссе STRASSE οδος" },
    { what: "white space", one: " disk\tis\r\n\nfull ", other: "disk is full" },
    { what: "punctuation", one: '"Disk" (is) full!?', other: "disk, is - full…" },
    { what: "quotes of word processors", one: "it’s “full”", other: "it's 'full'" },
    { what: "width and ligatures", one: "Ｄｉｓｋ ﬁle", other: "disk file" },
    { what: "how accents are written", one: "re\u0301sume\u0301", other: "résumé" },
    { what: "what nobody sees", one: "di\u00adsk\u200b is\ufeff full", other: "disk is full" },
    { what: "marks of Markdown", one: "**disk** is `full` | _now_", other: "disk is full now" },
  ])("takes away $what", ({ one, other }) => expect(normaliseText(one)).toBe(normaliseText(other)));

  test.each([
    { what: "operators", one: "6 + 7", other: "6 - 7" },
    { what: "operators that are punctuation", one: "6 * 7", other: "6 / 7" },
    { what: "signs", one: "add -5", other: "add 5" },
    { what: "decimal points", one: "1.5", other: "15" },
    { what: "relations", one: "a < b", other: "a > b" },
    { what: "currencies", one: "$5", other: "€5" },
    { what: "pictures", one: "good 👍", other: "good 👎" },
    { what: "accents", one: "resume", other: "résumé" },
    { what: "names of languages", one: "C++", other: "C" },
  ])("keeps $what", ({ one, other }) => expect(normaliseText(one)).not.toBe(normaliseText(other)));

  test("of a text that is all punctuation nothing is left", () => expect(normaliseText("?!… —")).toBe(""));

  test("changes nothing when it is done twice, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const once = normaliseText(text);
        expect(normaliseText(once)).toBe(once);
      }),
    );
  });

  test("treats a text of ASCII alone as it does any other", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
        // A letter that is none of ASCII leads the other way.
        expect(normaliseText(`ж ${text}`)).toBe(`ж ${normaliseText(text)}`.trim());
      }),
    );
  });
});
