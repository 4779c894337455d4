import { describe, expect, test } from "vitest";
import { likelihoodOf, sampleOf, scoreOne } from "../../test/support/score-one.ts";
import type { Completion, TokenLogprob } from "../core/completion.ts";
import { logprobChoiceKind } from "./logprob-choice.ts";

/** A reply whose first token could have been any of these. */
function reply(top: { readonly [token: string]: number }, more: Partial<Completion> = {}): Completion {
  const listed = Object.entries(top).map(([token, logprob]) => ({ token, logprob }));
  return {
    text: listed[0]?.token ?? "",
    finish: "stop",
    ms: 1,
    logprobs: [{ ...(listed[0] as TokenLogprob), top: listed }],
    ...more,
  };
}

const people = { "0": [], "1": [], "2": [], "7": [], nil: [] };
const told = { args: { threshold: 0.5, none: "nil" }, labels: people };
const sure = reply({ " 2": -0.1054, " nil": -3, " 1": -4, " 0": -5, " 7": -6 });

describe("by first token", () => {
  test("names the label above the threshold", () => {
    const { first, values } = scoreOne(logprobChoiceKind, { input: "?", ideal: "2" }, [sure], told);
    expect(first).toMatchObject({ passed: true, label: "2" });
    expect(values).toMatchObject({ named: 1, hit: 1, nameable: 1 });
    expect(values.confidence).toBeCloseTo(0.8999, 3);
  });

  test.each<{ what: string; top: { [token: string]: number } }>([
    { what: "none at all", top: { " nil": -0.2, " 2": -1.8 } },
    { what: "one of exactly the threshold", top: { " 2": Math.log(0.5), " 1": -2 } },
  ])("names nobody: $what", ({ top }) => {
    const { first, values } = scoreOne(logprobChoiceKind, { input: "?", ideal: "2" }, [reply(top)], told);
    expect(first).toMatchObject({ passed: false });
    expect(first.label).toBeUndefined();
    expect(values).toMatchObject({ named: 0, hit: 0 });
    const { first: right, values: rest } = scoreOne(logprobChoiceKind, { input: "?", ideal: "nil" }, [reply(top)], told);
    expect(right.passed).toBe(true);
    expect(rest).toMatchObject({ named: 0, hit: 0, nameable: 0 });
  });

  test("takes the likeliest without a threshold", () => {
    const top = reply({ " nil": -0.2, " 2": -1.8 });
    expect(scoreOne(logprobChoiceKind, { input: "?", ideal: "nil" }, [top], { labels: people }).first).toMatchObject({
      passed: true,
      label: "nil",
    });
  });

  test("divides log-probabilities by a scale: what is no label is one answer more, unless labels alone are weighed", () => {
    const top = reply({ " 2": Math.log(0.64), " 1": Math.log(0.16), other: Math.log(0.2) });
    const of = (args: object) => scoreOne(logprobChoiceKind, { input: "?", ideal: "1" }, [top], { args, labels: people });
    const root = 0.8 + 0.4 + Math.sqrt(0.2);
    expect(of({ scale: 2 }).values.confidence).toBeCloseTo(0.8 / root, 9);
    expect(of({ scale: 2 }).values.log_loss).toBeCloseTo(-Math.log(0.4 / root), 9);
    expect(of({ scale: 2, normalise: true }).values.confidence).toBeCloseTo(2 / 3, 9);
    expect(of({ scale: 1 }).values).toEqual(of({}).values);
    expect(of({ scale: 2 }).first.details?.margin).toBeCloseTo(Math.log(4), 9);
  });

  test("adds up the ways to say a label, and says how much of the whole that is", () => {
    const labels = { high: ["severe"], low: [] };
    const top = { low: Math.log(0.4), High: Math.log(0.1), " high": Math.log(0.2), sev: Math.log(0.25), the: Math.log(0.05) };
    const strict = scoreOne(logprobChoiceKind, { input: "?", ideal: "severe" }, [reply(top)], { labels });
    expect(strict.first).toMatchObject({ passed: true, label: "high" });
    expect(strict.values.confidence).toBeCloseTo(0.45, 9);
    expect(strict.values.answer_mass).toBeCloseTo(0.85, 9);
    expect(strict.first.details?.margin).toBeCloseTo(Math.log(0.45 / 0.4), 9);
    const loose = scoreOne(logprobChoiceKind, { input: "?", ideal: "high" }, [reply(top)], {
      labels,
      args: { ignore_case: true },
    });
    expect(loose.values.confidence).toBeCloseTo(0.55, 9);
    const shares = scoreOne(logprobChoiceKind, { input: "?", ideal: "high" }, [reply(top)], {
      labels,
      args: { normalise: true },
    });
    expect(shares.values.confidence).toBeCloseTo(0.45 / 0.85, 9);
    expect(shares.values.answer_mass).toBeCloseTo(0.85, 9);
  });

  test("counts a token that begins words of several labels for none, and a whole label for itself", () => {
    const labels = { config: [], connection: [], "1": [], "17": [] };
    const top = { con: Math.log(0.5), conf: Math.log(0.2), "1": Math.log(0.2) };
    const { first, values } = scoreOne(logprobChoiceKind, { input: "?", ideal: "1" }, [reply(top)], { labels });
    expect(first.details?.probabilities).toEqual({ config: 0.2, "1": 0.2, connection: 0, "17": 0 });
    expect(values.answer_mass).toBeCloseTo(0.4, 9);
  });

  test("looks behind reasoning and white space", () => {
    const thinking = "<think>2? No.</think>";
    const logprobs = [
      { token: thinking.slice(0, 9), logprob: -0.1 },
      { token: thinking.slice(9), logprob: -0.1 },
      { token: "\n", logprob: -0.1 },
      { token: "1", logprob: -0.3 },
    ];
    const answer = { text: "1", thinking, finish: "stop", ms: 1, logprobs } as const;
    const { first, values } = scoreOne(logprobChoiceKind, { input: "?", ideal: "1" }, [answer], { labels: people });
    expect(first).toMatchObject({ passed: true, label: "1" });
    expect(values.confidence).toBeCloseTo(Math.exp(-0.3), 9);
  });

  test("takes what is not listed for as likely as it can be at most", () => {
    const { first, values } = scoreOne(
      logprobChoiceKind,
      { input: "?", ideal: "7" },
      [reply({ "2": Math.log(0.9), "1": Math.log(0.06) })],
      {
        labels: people,
      },
    );
    expect(first.details).toMatchObject({ right_not_listed: true });
    expect(values.log_loss).toBeCloseTo(-Math.log(0.04), 9);
  });

  test("is an invalid label when no label is among what it could have said", () => {
    const { first } = scoreOne(logprobChoiceKind, { input: "?", ideal: "7" }, [reply({ well: -0.1 })], { labels: people });
    expect(first).toMatchObject({ passed: false, details: { invalid_label: true } });
    expect(first.label).toBeUndefined();
  });

  test.each([
    { what: "without log-probabilities", completion: { text: "1" } },
    { what: "that is empty", completion: { text: "", logprobs: [] } },
  ])("does not score a reply $what", ({ completion }) => {
    const { first, scores } = scoreOne(
      logprobChoiceKind,
      { input: "?", ideal: "1" },
      [{ finish: "stop", ms: 1, ...completion }],
      {
        labels: people,
      },
    );
    expect(scores).toHaveLength(1);
    expect(first).toMatchObject({ value: null, unscored: { code: "score.no-logprobs" } });
  });
});

describe("by continuation", () => {
  const labels = { yes: ["aye"], no: [] };

  test("asks for every word of every label, and adds them up", () => {
    const { scorer, first, values } = scoreOne(
      logprobChoiceKind,
      { input: "Sure?", ideal: "yes" },
      [0.3, 0.25, 0.4].map((p) => likelihoodOf(Math.log(p))),
      { labels, args: { by: "continuation" } },
    );
    expect(scorer.asks?.(sampleOf({ input: "Sure?", ideal: "yes" }))).toEqual([
      { output: "labels", continuations: { context: "Sure?", continuations: [" yes", " aye", " no"] } },
    ]);
    expect(first).toMatchObject({ passed: true, label: "yes" });
    expect(values.confidence).toBeCloseTo(0.55, 9);
    expect(values.answer_mass).toBeCloseTo(0.95, 9);
  });
});

describe("what is needed", () => {
  test.each([
    [{}, { top_logprobs: 20 }],
    [{ top: 5 }, { top_logprobs: 5 }],
    [{ by: "continuation" }, { continuations: true }],
  ])("with %j", (args, needs) => {
    expect(logprobChoiceKind.create(args, { name: "it", compat: false, labels: people }).needs).toEqual(needs);
  });

  test.each([
    [{ ideal: "1" }, {}, people, "no `input`"],
    [{ input: "?", ideal: "1" }, {}, undefined, "no two `labels`"],
    [{ input: "?", ideal: "x" }, {}, people, "none of the labels"],
    [{ input: "?", ideal: "1" }, { none: "nobody" }, people, '"nobody"'],
  ])("refuses %j with %j", (row, args, labels, why) => {
    expect(logprobChoiceKind.checkSample(sampleOf(row), args, labels)).toContain(why);
  });

  test("takes a sample's choices where the eval has no labels", () => {
    const row = { input: "?", ideal: "b", choices: ["a", "b"] };
    expect(scoreOne(logprobChoiceKind, row, [reply({ b: -0.1, a: -3 })]).first).toMatchObject({ passed: true, label: "b" });
  });
});
