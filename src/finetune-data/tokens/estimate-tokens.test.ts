import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateTokens } from "./estimate-tokens.ts";

describe("an estimate of tokens", () => {
  // What gpt-tokenizer 4.0.0 counts.
  test.each([
    {
      language: "English",
      text: "The capital of France is Paris. It has been so for centuries, and about 2.1 million people live there.",
      o200k: 25,
      cl100k: 25,
    },
    {
      language: "Russian",
      text: "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.",
      o200k: 25,
      cl100k: 49,
    },
    { language: "Chinese", text: "人工智能是计算机科学的一个分支，它企图了解智能的实质", o200k: 18, cl100k: 29 },
    { language: "code", text: "for (const [at, value] of values.entries()) {\n  sum += value * 2;\n}\n", o200k: 22, cl100k: 22 },
  ])("is within a third of $language", ({ text, o200k, cl100k }) => {
    expect(Math.abs(estimateTokens("o200k_base").count(text) / o200k - 1)).toBeLessThan(1 / 3);
    expect(Math.abs(estimateTokens("cl100k_base").count(text) / cl100k - 1)).toBeLessThan(1 / 3);
  });

  test("says that it is one", () => {
    expect(estimateTokens("o200k_base").tokenizer).toBeUndefined();
  });

  test("is a whole number, none of nothing, at least one of anything, and never more than the bytes", () => {
    const { count } = estimateTokens("cl100k_base");
    expect(count("")).toBe(0);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const tokens = count(text);
        expect(Number.isInteger(tokens)).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(1);
        expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text));
      }),
    );
  });
});
