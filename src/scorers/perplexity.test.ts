import { describe, expect, test } from "vitest";
import { likelihoodOf, sampleOf, scoreOne } from "../../test/support/score-one.ts";
import { perplexityKind } from "./perplexity.ts";

describe("perplexity", () => {
  test("keeps the sums of a text, bytes in UTF-8 and words by white space", () => {
    const { values } = scoreOne(perplexityKind, { input: "Brasília is\n a city" }, [likelihoodOf(-10, { tokens: 7 })]);
    expect(values).toEqual({
      document_bits_per_byte: 10 / 20 / Math.LN2,
      log_likelihood: -10,
      tokens: 7,
      words: 4,
      bytes: 20,
    });
  });

  test("asks for the text itself, in windows", () => {
    const scorer = perplexityKind.create({}, { name: "it", compat: false });
    expect(scorer.asks?.(sampleOf({ input: "a text" }))).toEqual([
      { output: "text", continuations: { context: "", continuations: ["a text"], rolling: true } },
    ]);
    expect(scorer.needs).toEqual({ continuations: true, rolling: true });
  });

  test.each([[{}], [{ input: "" }], [{ input: [{ role: "user" as const, content: "a" }] }]])("refuses %j", (row) => {
    expect(perplexityKind.checkSample(sampleOf(row), {})).toContain("`input`");
  });

  test("declares what is said of all texts: ratios of the sums", () => {
    expect(perplexityKind.metrics({})).toEqual({
      bits_per_byte: "-log_likelihood / bytes / log(2)",
      byte_perplexity: "exp(-log_likelihood / bytes)",
      word_perplexity: "exp(-log_likelihood / words)",
      token_perplexity: "exp(-log_likelihood / tokens)",
    });
  });
});
