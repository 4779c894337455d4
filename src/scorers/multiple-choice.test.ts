import { describe, expect, test } from "vitest";
import { likelihoodOf, sampleOf, scoreOne } from "../../test/support/score-one.ts";
import { multipleChoice, multipleChoiceKind } from "./multiple-choice.ts";

const cities = ["Paris", "London", "Brasília, DF"];
const logprobs = [-8, -9, -12];
const likelihoods = logprobs.map((logprob) => likelihoodOf(logprob));

describe("multiple-choice", () => {
  test.each([
    { gold: 0, accuracy: 1, acc_norm: 0, acc_bytes: 0 },
    { gold: 1, accuracy: 0, acc_norm: 0, acc_bytes: 0 },
    { gold: 2, accuracy: 0, acc_norm: 1, acc_bytes: 1 },
  ])("takes sum, length and bytes as lm-evaluation-harness does, with $gold right", ({ gold, ...expected }) => {
    const { values, first } = scoreOne(multipleChoiceKind, { input: "?", choices: cities, answers: [gold] }, likelihoods);
    expect(values).toMatchObject(expected);
    expect(first).toMatchObject({ name: "accuracy", passed: gold === 0, label: "Paris", details: { margin: 1 } });
  });

  test("divides by characters, or by UTF-8 bytes, of the bare choice", () => {
    const scores = (texts: string[], sums: number[]) =>
      Object.fromEntries(multipleChoice(texts, sums, new Set([1])).map(({ name, value }) => [name, value]));
    // 2 characters in 8 bytes against 4 in 4.
    expect(scores(["abcd", "😀😀"], [-8, -6])).toMatchObject({ accuracy: 1, acc_norm: 0, acc_bytes: 1 });
    expect(scores(["abcd", "😀😀"], [-8, -3.5])).toMatchObject({ acc_norm: 1, acc_bytes: 1 });
  });

  test("gives the probabilities that the sums stand for", () => {
    const { values } = scoreOne(multipleChoiceKind, { input: "?", choices: cities, answers: [1] }, likelihoods);
    expect(values.confidence).toBeCloseTo(0.721399, 6);
    expect(values.log_loss).toBeCloseTo(-Math.log(0.265388), 5);
    expect(values.brier).toBeCloseTo(0.721399 ** 2 + (1 - 0.265388) ** 2 + 0.013213 ** 2, 5);
  });

  test("less what a choice has behind nothing: the one that the question makes likelier by most, and the rest as before", () => {
    // Behind nothing London is as likely as behind the question, and the long name unheard of.
    const alone = [-8.5, -9, -20];
    const of = (right: number, more: { alone?: number[] } = { alone }) =>
      Object.fromEntries(multipleChoice(cities, logprobs, new Set([right]), more).map(({ name, value }) => [name, value]));
    expect(of(2)).toMatchObject({ accuracy: 0, acc_norm: 1, acc_bytes: 1, acc_mutual_info: 1 });
    expect(of(0)).toMatchObject({ accuracy: 1, acc_mutual_info: 0 });
    expect(of(0, {})).not.toHaveProperty("acc_mutual_info");
    const scorer = multipleChoiceKind.create({ mutual_info: true }, { name: "it", compat: false });
    expect(scorer.asks?.(sampleOf({ input: "Q:", choices: ["a", "b"], answers: [0] }))).toEqual([
      { output: "choices", continuations: { context: "Q:", continuations: [" a", " b"] } },
      { output: "choices_alone", continuations: { context: "", continuations: [" a", " b"] } },
    ]);
  });

  test("divides by a scale what becomes shares, which moves how sure it is and not what it picks", () => {
    const { values, first } = scoreOne(multipleChoiceKind, { input: "?", choices: cities, answers: [1] }, likelihoods, {
      args: { scale: 2 },
    });
    expect(first).toMatchObject({ label: "Paris", details: { margin: 1 } });
    expect(values.confidence).toBeCloseTo(1 / (1 + Math.exp(-0.5) + Math.exp(-2)), 9);
  });

  test("is right by any of several answers, and takes the first of equal choices", () => {
    const row = { input: "?", choices: ["a", "b", "c"], ideal: ["b", "c"] };
    const equal = [likelihoodOf(-2), likelihoodOf(-1), likelihoodOf(-1)];
    expect(scoreOne(multipleChoiceKind, row, equal).first).toMatchObject({ value: 1, label: "b", details: { margin: 0 } });
  });

  test.each([
    { input: "Q:", delimiter: undefined, asked: [" a", " b"] },
    { input: [{ role: "user" as const, content: "Q" }], delimiter: undefined, asked: ["a", "b"] },
    { input: "Q:\n", delimiter: "", asked: ["a", "b"] },
  ])("asks for the likelihood of each choice after $input", ({ input, delimiter, asked }) => {
    const scorer = multipleChoiceKind.create({ delimiter }, { name: "it", compat: false });
    expect(scorer.needs).toEqual({ continuations: true });
    expect(scorer.asks?.(sampleOf({ input, choices: ["a", "b"], answers: [0] }))).toEqual([
      { output: "choices", continuations: { context: input, continuations: asked } },
    ]);
  });

  test("says that a context was cut", () => {
    const cut = [likelihoodOf(-1, { context_dropped: 40 }), likelihoodOf(-2, { context_dropped: 40 })];
    const { first } = scoreOne(multipleChoiceKind, { input: "?", choices: ["a", "b"], answers: [0] }, cut);
    expect(first.details).toMatchObject({ context_dropped: 40 });
  });

  test.each([
    [{ choices: ["a", "b"], answers: [0] }, "no `input`"],
    [{ input: "?", ideal: "a" }, "no two `choices`"],
    [{ input: "?", choices: ["a", ""], answers: [0] }, "is empty"],
    [{ input: "?", choices: ["a", "b"], answers: [2] }, "among its 2"],
    [{ input: "?", choices: ["a", "b"], ideal: "c" }, "none of its `choices` is right"],
  ])("refuses %j before anything is asked", (row, why) => {
    expect(multipleChoiceKind.checkSample(sampleOf(row), {})).toContain(why);
  });

  test("takes the eval's labels where a sample has no choices", () => {
    const labels = { yes: ["y"], no: [] };
    const { first } = scoreOne(multipleChoiceKind, { input: "?", ideal: "no" }, [likelihoodOf(-3), likelihoodOf(-1)], { labels });
    expect(first).toMatchObject({ passed: true, label: "no" });
  });
});
