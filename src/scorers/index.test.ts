import { describe, expect, test } from "vitest";
import type { Labels } from "../core/catalogue.ts";
import type { Completion } from "../core/completion.ts";
import { toSample } from "../core/sample.ts";
import { scoreSchema } from "../core/score.ts";
import { scorerKinds, upstreamClasses } from "./index.ts";

const names = Object.keys(scorerKinds) as (keyof typeof scorerKinds)[];
/** Those that compare the reply with the ideals. */
const others = new Set<string>(["model-graded", "logprob-choice", "multiple-choice", "loglikelihood", "perplexity"]);
const textual = names.filter((name) => !others.has(name));
const sample = toSample({ input: "?", ideal: ["1"] }, 0, "t.dev");

test("every class of openai/evals in the table has a scorer", () => {
  for (const name of Object.values(upstreamClasses)) expect(names).toContain(name);
});

describe.each(textual)("the contract of scorers of texts: %s", (name) => {
  const labelled: Labels = { "1": ["one"], "2": [] };

  test.each([
    { text: "1", finish: "stop", ms: 1 },
    { text: "", finish: "content_filter", ms: 1 },
    { text: "", refusal: "No.", finish: "stop", ms: 1 },
    { text: "x".repeat(100_000), finish: "length", ms: 1 },
    { text: "\ud800{[\u0000", thinking: "<think>", finish: "other", ms: 1 },
  ] satisfies Completion[])("scores at once and as the run file wants it", async (completion) => {
    const kind = await scorerKinds[name]();
    const scorer = kind.create({}, { name, compat: false, labels: labelled });
    const context = { judges: [], random: () => 0, signal: new AbortController().signal };
    const scores = scorer.score(sample, { completion: [completion] }, context);
    if (scores instanceof Promise) throw new Error("answers later");
    for (const score of scores) expect(scoreSchema.parse(score)).toEqual(score);
    expect(scores.map((score) => score.name)).toContain("accuracy");
    expect(new Set(scores.map((score) => score.name)).size).toBe(scores.length);
  });

  test("refuses samples that no reply could be right for, before they are asked", async () => {
    const kind = await scorerKinds[name]();
    expect(kind.checkSample(sample)).toBeUndefined();
    expect(kind.checkSample(toSample({ ideal: "1" }, 0, "t.dev"))).toMatch("`input`");
    expect(kind.checkSample(toSample({ input: "?" }, 0, "t.dev"))).toMatch("`ideal`");
  });

  test("refuses arguments it does not know", async () => {
    const kind = await scorerKinds[name]();
    expect(kind.args.safeParse({ ignore_cse: true }).success).toBe(false);
  });
});

test("json-match refuses a sample whose ideal is not JSON, and says which", async () => {
  const kind = await scorerKinds["json-match"]();
  expect(kind.checkSample(toSample({ input: "?", ideal: ["1", "{]"] }, 0, "t.dev"))).toBe(
    "its `ideal` number 2 is not JSON: no key in double quotes at character 2",
  );
});

const yesNo = { prompt: "{completion}", choice_strings: ["Yes", "No"], input_outputs: { input: "completion" } };

describe("sampling that openai/evals sends", () => {
  test.each<[keyof typeof scorerKinds, object, object]>([
    ["match", {}, { temperature: 0 }],
    ["match", { max_tokens: 500 }, { temperature: 0 }],
    ["includes", {}, {}],
    ["fuzzy-match", {}, { temperature: 0, max_tokens: 100 }],
    ["fuzzy-match", { max_tokens: 7 }, { temperature: 0, max_tokens: 7 }],
    ["json-match", {}, { temperature: 0, max_tokens: 512 }],
    ["json-match", { max_tokens: 3072 }, { temperature: 0, max_tokens: 3072 }],
    ["model-graded", { modelgraded_spec: yesNo }, { temperature: 0, max_tokens: 1024 }],
    [
      "model-graded",
      { modelgraded_spec: yesNo, sample_kwargs: { max_tokens: 9, temperature: 1 } },
      { temperature: 1, max_tokens: 9 },
    ],
    [
      "model-graded",
      { modelgraded_spec: yesNo, sample_kwargs: { completion_kwargs: { stop: ["."] } } },
      { temperature: 0, max_tokens: 1024, extra: { stop: ["."] } },
    ],
  ])("%s with %j", async (name, args, sampling) => {
    expect((await scorerKinds[name]()).sampling(args)).toEqual(sampling);
  });
});
