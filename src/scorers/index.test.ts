import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Labels, ScorerKind } from "../core/catalogue.ts";
import type { Completion } from "../core/completion.ts";
import { toSample } from "../core/sample.ts";
import { type Score, scoreSchema } from "../core/score.ts";
import { scorerKinds, upstreamClasses } from "./index.ts";

const names = Object.keys(scorerKinds) as (keyof typeof scorerKinds)[];
/** Those that ask more than one reply to the sample, or somebody else. */
const others = new Set<string>([
  "model-graded",
  "embedding-similarity",
  "module",
  "command",
  "logprob-choice",
  "multiple-choice",
  "loglikelihood",
  "perplexity",
  "kl",
]);
const textual = names.filter((name) => !others.has(name));

/** What some scorers of texts want to be tried with; the others take the ideal `1` and no arguments. */
const tried: { readonly [name: string]: { readonly args?: object; readonly ideal?: string; readonly idealless?: true } } = {
  numeric: { args: { tolerance: 0.5, unit: true } },
  levenshtein: { args: { pass_at: 0.8, trim: true } },
  "rouge-l": { args: { pass_at: 0.8 } },
  bleu: { args: { pass_at: 30 } },
  chrf: { args: { pass_at: 30, word_order: 2 } },
  "json-schema": { args: { schema: { type: "object", properties: { a: { pattern: "^a+$" } } } }, idealless: true },
  "json-fields": { args: { fields: { a: "similarity", "b.c": "numeric", d: "set" } }, ideal: '{"a":"x","b":{"c":1},"d":[1]}' },
  "tool-call": { args: { from_text: true, arguments: "subset" }, ideal: '{"name":"search","arguments":{"q":1}}' },
};

/** One argument each that decides a verdict. */
const otherArgs: { readonly [name: string]: object } = {
  match: { trim: true },
  includes: { whole_word: true },
  "fuzzy-match": { whole_word: true },
  "json-match": { null_equal: true },
  exact: { trim: true },
  regex: { whole: true },
  numeric: { pick: "first" },
  levenshtein: { pass_at: 1 },
  "rouge-l": { pass_at: 1 },
  bleu: { tokenize: "char" },
  chrf: { word_order: 0 },
  "list-match": { ordered: true },
  "json-schema": { schema: {} },
  "json-fields": { pass_at: 0.5 },
  "tool-call": { ordered: true },
};

async function trial(name: (typeof names)[number], labels?: Labels) {
  const { args = {}, ideal = "1", idealless = false } = tried[name] ?? {};
  const kind: ScorerKind = await scorerKinds[name]();
  const scorer = kind.create(args, { name, compat: false, labels });
  const sample = toSample({ input: "?", ideal: [ideal] }, 0, "t.dev");
  const context = { judges: [], random: () => 0, signal: new AbortController().signal };
  return {
    kind,
    args,
    sample,
    idealless,
    score(completion: Completion): readonly Score[] {
      const scores = scorer.score(sample, { completion: [completion] }, context);
      if (scores instanceof Promise) throw new Error("answers later");
      return scores;
    },
  };
}

function expectKept(scores: readonly Score[]): void {
  for (const score of scores) {
    expect(scoreSchema.strict().parse(score)).toEqual(score);
    expect(score.value === null).toBe(score.unscored !== undefined);
    if (score.value !== null) expect(Number.isFinite(score.value)).toBe(true);
  }
  expect(scores.map((score) => score.name)).toContain("accuracy");
  expect(new Set(scores.map((score) => score.name)).size).toBe(scores.length);
  // What is right or wrong is so from a stated value on; the verdict itself is 1 or 0.
  for (const { passed, value } of scores) if (passed !== undefined) expect(value).toBe(passed ? 1 : 0);
}

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
    { text: "1,".repeat(50_000), finish: "length", ms: 1 },
    { text: "[".repeat(50_000), finish: "length", ms: 1 },
    { text: `]${" ".repeat(50_000)}x`, finish: "length", ms: 1 },
    { text: "\ud800{[\u0000", thinking: "<think>", finish: "other", ms: 1 },
  ] satisfies Completion[])("scores at once and as the run file wants it", async (completion) => {
    const { score } = await trial(name, labelled);
    expectKept(score(completion));
  });

  test("says something of any reply at all", async () => {
    const { score } = await trial(name, labelled);
    const piece = fc.constantFrom(
      "1",
      "[",
      "{",
      '"a":',
      "}",
      "]",
      "- ",
      "\n",
      ",",
      "null",
      "<tool_call>",
      "```",
      "e9",
      "\\",
      "\ud800",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece).map((pieces) => pieces.join("")),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (reply) => {
        expectKept(score({ text: reply, finish: "stop", ms: 1 }));
      }),
    );
  });

  test("refuses samples that no reply could be right for, before they are asked", async () => {
    const { kind, args, sample, idealless } = await trial(name);
    expect(kind.checkSample(sample, args)).toBeUndefined();
    expect(kind.checkSample(toSample({ ideal: sample.ideal as string[] }, 0, "t.dev"), args)).toMatch("`input`");
    const without = kind.checkSample(toSample({ input: "?" }, 0, "t.dev"), args);
    if (idealless) expect(without).toBeUndefined();
    else expect(without).toMatch("`ideal`");
  });

  test("refuses arguments it does not know", async () => {
    const { kind, args } = await trial(name);
    expect(kind.args.safeParse(args).success).toBe(true);
    expect(kind.args.safeParse({ ...args, ignore_cse: true }).success).toBe(false);
  });

  test("is another scorer with other arguments, and the same with the same", async () => {
    const { kind, args } = await trial(name);
    const hash = (of: object, compat = false) => kind.create(of, { name, compat }).hash;
    expect(hash(args)).toBe(hash(args));
    expect(hash(args)).not.toBe(hash(args, true));
    expect(hash({ ...args, ...otherArgs[name] })).not.toBe(hash(args));
  });
});

const graded = ["levenshtein", "rouge-l", "bleu", "chrf"] as const;

test.each(graded)("%s has no verdict without a pass mark, and its value all the same", async (name) => {
  const kind = await scorerKinds[name]();
  const scorer = kind.create({}, { name, compat: false });
  const sample = toSample({ input: "?", ideal: "the cat" }, 0, "t.dev");
  const context = { judges: [], random: () => 0, signal: new AbortController().signal };
  const [score, ...rest] = scorer.score(sample, { completion: [{ text: "the dog", finish: "stop", ms: 1 }] }, context) as Score[];
  expect(rest).toEqual([]);
  expect(score?.name).toBe(name.replace("-", "_"));
  expect(score?.passed).toBeUndefined();
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
