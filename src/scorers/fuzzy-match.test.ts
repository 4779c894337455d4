import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzyMatches, wordF1 } from "./fuzzy-match.ts";
import { normalisedWords } from "./normalise.ts";

describe("fuzzy-match, by openai/evals' rule", () => {
  test.each([
    { reply: "The Beatles!", ideals: ["beatles"], times: 1, f1: 1 },
    { reply: "a", ideals: ["the"], times: 1, f1: 0 },
    { reply: "!!!", ideals: ["..."], times: 1, f1: 0 },
    { reply: "a an the", ideals: ["x"], times: 0, f1: 0 },
    { reply: "", ideals: ["x"], times: 0, f1: 0 },
    { reply: "cat", ideals: ["concatenate"], times: 1, f1: 0 },
    { reply: "Season 11", ideals: ["11"], times: 1, f1: 0.6667 },
    { reply: "11", ideals: ["11.3"], times: 1, f1: 0 },
    { reply: "11.2", ideals: ["14.7"], times: 0, f1: 0 },
    { reply: "don't", ideals: ["dont"], times: 1, f1: 1 },
    { reply: "well-known", ideals: ["well known"], times: 0, f1: 0 },
    { reply: "café", ideals: ["cafe"], times: 0, f1: 0 },
    { reply: "¡Hola!", ideals: ["hola"], times: 1, f1: 0 },
    { reply: "New  York\n City", ideals: ["new york city"], times: 1, f1: 1 },
    { reply: "yes", ideals: ["no", "yes", "yes indeed"], times: 2, f1: 1 },
  ])("$reply against $ideals fits $times times, F1 $f1", ({ reply, ideals, times, f1 }) => {
    expect(fuzzyMatches(reply, ideals)).toHaveLength(times);
    expect(Math.max(...ideals.map((ideal) => wordF1(reply, ideal)))).toBeCloseTo(f1, 4);
  });

  test.each([
    ["the cat sat", "a cat sat down", 0.8],
    ["x y x", "x x z", 0.6667],
  ])("F1 of %s and %s is %d", (reply, ideal, f1) => {
    expect(wordF1(reply, ideal)).toBeCloseTo(f1, 4);
  });

  test.each([
    ['The  Cat\'s A-1 "hat"', "cats a1 hat"],
    ["the-end", "theend"],
    ["a1 the2 _the_", "a1 the2"],
    ["thé the", "thé"],
    ["one\u001ctwo\u0085three", "one two three"],
    ["\ufeffone", "\ufeffone"],
    ["a\u0301 x", "\u0301 x"],
    ["“quoted” – dash", "“quoted” – dash"],
  ])("%s is normalised to %s", (text, words) => {
    expect(normalisedWords(text).join(" ")).toBe(words);
  });

  test("F1 is the same both ways and between 0 and 1", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "the", " ", ".", "x") });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const f1 = wordF1(one, other);
        expect(f1).toBe(wordF1(other, one));
        expect(f1).toBeGreaterThanOrEqual(0);
        expect(f1).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("normalising twice changes nothing more than normalising once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const once = normalisedWords(text).join(" ");
        expect(normalisedWords(once).join(" ")).toBe(once);
      }),
    );
  });
});

test.each([
  { reply: "cat", ideal: "concatenate", right: false },
  { reply: "11", ideal: "11.3", right: false },
  { reply: "Season 11", ideal: "11", right: true },
  { reply: "yes", ideal: "yes indeed", right: true },
])("fuzzy-match of whole words: $reply against $ideal is $right", ({ reply, ideal, right }) => {
  expect(fuzzyMatches(reply, [ideal], { whole_word: true }).length > 0).toBe(right);
});
