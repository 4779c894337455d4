import { describe, expect, test } from "vitest";
import { likelihoodOf, sampleOf, scoreOne } from "../../test/support/score-one.ts";
import { loglikelihoodKind } from "./loglikelihood.ts";

describe("loglikelihood", () => {
  test("is right when the model would have said the answer itself", () => {
    const row = { input: "The capital of Brazil is", ideal: "Brasília" };
    const said = scoreOne(loglikelihoodKind, row, [likelihoodOf(-2, { greedy: true, tokens: 4 })]);
    expect(said.values).toEqual({ accuracy: 1, log_likelihood: -2, tokens: 4, bytes: 9 });
    const not = scoreOne(loglikelihoodKind, row, [likelihoodOf(-2)]);
    expect(not.first).toMatchObject({ value: 0, passed: false });
  });

  test("takes the likeliest of several answers, and is right by any", () => {
    const row = { input: "?", ideal: ["first", "other one"] };
    const both = [likelihoodOf(-3, { greedy: true }), likelihoodOf(-1, { tokens: 2 })];
    expect(scoreOne(loglikelihoodKind, row, both).values).toEqual({ accuracy: 1, log_likelihood: -1, tokens: 2, bytes: 9 });
  });

  test("puts a space behind a text, and nothing behind a chat", () => {
    const scorer = loglikelihoodKind.create({}, { name: "it", compat: false });
    const asked = (input: Parameters<typeof sampleOf>[0]["input"]) => scorer.asks?.(sampleOf({ input, ideal: "a" }))[0];
    expect(asked("Q")).toMatchObject({ continuations: { context: "Q", continuations: [" a"] } });
    expect(asked([{ role: "user", content: "Q" }])).toMatchObject({ continuations: { continuations: ["a"] } });
  });

  test("refuses an answer that says nothing", () => {
    expect(loglikelihoodKind.checkSample(sampleOf({ input: "?", ideal: ["a", ""] }), {})).toContain("is empty");
    expect(loglikelihoodKind.checkSample(sampleOf({ input: "?" }), {})).toContain("`ideal`");
  });

  test("declares the perplexity of the mean answer", () => {
    expect(loglikelihoodKind.metrics({})).toMatchObject({ perplexity: "exp(-log_likelihood)" });
  });
});
