import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { hashJson } from "../../core/hash.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { scorerKinds, upstreamClasses } from "../../scorers/index.ts";
import { matchKind } from "../../scorers/match.ts";
import { scorerArgs, upstreamScorers } from "./openai-classes.ts";
import { openaiEvals } from "./openai-evals.ts";

const match = "evals.elsuite.basic.match:Match";
const specLine = (more: object = {}, cls = match, args: object = {}) => ({
  spec: {
    completion_fns: ["gpt-4"],
    eval_name: "toy.dev.v0",
    base_eval: "toy",
    split: "dev",
    run_config: { completion_fns: ["gpt-4"], eval_spec: { cls, args }, seed: 7, command: "oaieval --secret" },
    run_id: "R",
    created_at: "2026-01-02 03:04:05.678901",
    ...more,
  },
});
let eventId = 0;
const event = (type: string, data: object, sample: string | null = "toy.dev.0", more: object = {}) => ({
  run_id: "R",
  event_id: eventId++,
  sample_id: sample,
  type,
  data,
  created_by: "",
  created_at: "2026-01-02 03:04:06.000001+00:00",
  ...more,
});
const ask = (text: string, sample?: string, more: object = {}) =>
  event("sampling", { prompt: [{ role: "user", content: "2+2?" }], sampled: [text], ...more }, sample);
const judge = (correct: boolean, sampled?: string, sample?: string) =>
  event("match", { correct, expected: "4", picked: correct ? "4" : null, ...(sampled !== undefined && { sampled }) }, sample);
const report = { final_report: { accuracy: 1 }, run_id: "R" };

async function open(lines: readonly (object | string)[]) {
  const file = join(temporaryFolder(), "log.jsonl");
  writeFileSync(file, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  const log = await openaiEvals.open(file);
  const samples: SampleLine[] = [];
  for await (const line of log.samples()) samples.push(line);
  return { ...log, lines: samples };
}

const verdicts = (lines: readonly SampleLine[]) => lines.map(({ scores }) => scores?.map(({ name, value }) => [name, value]));

describe("the order of events", () => {
  test("does not matter between samples, and ids that are line numbers give the order of the data", async () => {
    const { lines, run } = await open([
      specLine(),
      report,
      ask("b", "toy.dev.10"),
      ask("a", "toy.dev.2"),
      judge(false, "b", "toy.dev.10"),
      judge(true, "a", "toy.dev.2"),
    ]);
    expect(lines.map(({ id, index, seq, completion }) => [id, index, seq, completion?.text])).toEqual([
      ["toy.dev.2", 2, 0, "a"],
      ["toy.dev.10", 10, 1, "b"],
    ]);
    expect(run.data).toMatchObject({ ids: "line", selected: 2, seed: 7 });
  });

  test("is that of the log where ids are not line numbers", async () => {
    const { lines, run } = await open([specLine(), ask("b", "z"), ask("a", "y"), ask("c", "toy.dev.0"), report]);
    expect(lines.map(({ id, index }) => [id, index])).toEqual([
      ["z", 0],
      ["y", 1],
      ["toy.dev.0", 2],
    ]);
    expect(run.data.ids).toBe("given");
  });

  test.each([
    { what: "before the events", place: 1 },
    { what: "in the middle of them", place: 2 },
    { what: "behind them", place: 3 },
  ])("a final report $what ends the run", async ({ place }) => {
    const rest: object[] = [specLine(), ask("4"), judge(true, "4")];
    const { end } = await open(rest.toSpliced(place, 0, report));
    expect(end).toMatchObject({ status: "complete", counts: { done: 1 } });
  });

  test("without a final report the run has not ended", async () => {
    const { end, notes } = await open([specLine(), ask("4"), judge(true, "4")]);
    expect(end).toBeUndefined();
    expect(notes.join()).toContain("no final report");
  });
});

describe("what one sample's events mean", () => {
  test.each([
    { what: "a reply and its verdict", events: () => [ask("4"), judge(true, "4")], is: [[["accuracy", 1]]], said: ["4"] },
    { what: "a reply without a verdict is unscored", events: () => [ask("4")], is: [[["accuracy", null]]], said: ["4"] },
    { what: "a verdict without a reply keeps both", events: () => [judge(true, "4!")], is: [[["accuracy", 1]]], said: ["4!"] },
    { what: "a verdict alone has no reply", events: () => [judge(false)], is: [[["accuracy", 0]]], said: [undefined] },
    {
      what: "asked again after a verdict: another attempt",
      events: () => [ask("4"), judge(true, "4"), ask("5"), judge(false, "5")],
      is: [[["accuracy", 1]], [["accuracy", 0]]],
      said: ["4", "5"],
    },
    {
      what: "asked again after an error: the new try takes its place",
      events: () => [ask("x"), event("error", { type: "E", message: "no" }), ask("4"), judge(true, "4")],
      is: [[["accuracy", 1]]],
      said: ["4"],
    },
    {
      what: "several questions before one verdict: the reply that was judged",
      events: () => [ask("let me think"), ask("4"), ask("something else"), judge(true, "4")],
      is: [[["accuracy", 1]]],
      said: ["4"],
    },
    {
      what: "metrics beside the verdict",
      events: () => [ask("4"), judge(true, "4"), event("metrics", { accuracy: 1, f1_score: 0.5, note: "x", "odd name": true })],
      is: [
        [
          ["accuracy", 1],
          ["f1_score", 0.5],
          ["odd_name", 1],
        ],
      ],
      said: ["4"],
    },
    {
      what: "metrics alone",
      events: () => [ask("4"), event("metrics", { accuracy: 0, loss: null })],
      is: [
        [
          ["accuracy", 0],
          ["loss", null],
        ],
      ],
      said: ["4"],
    },
  ])("$what", async ({ events, is, said }) => {
    const { lines, run } = await open([specLine(), ...events(), report]);
    expect(verdicts(lines)).toEqual(is);
    expect(lines.map(({ completion }) => completion?.text)).toEqual(said);
    expect(run.attempts).toBe(is.length);
  });

  test("the same event twice counts once", async () => {
    const [first, second] = [ask("4"), judge(true, "4")];
    const { lines, run, notes } = await open([specLine(), first, second, first, second, report]);
    expect(verdicts(lines)).toEqual([[["accuracy", 1]]]);
    expect(run.attempts).toBe(1);
    expect(notes).toContain("left out: 2 events written twice");
  });

  test("an error alone is an error, its message without keys", async () => {
    const { lines, end } = await open([specLine(), event("error", { type: "Bad", message: "key sk-abcdefghijklmn" }), report]);
    expect(lines).toMatchObject([{ error: { code: "log.error", message: "Bad: key [redacted]" } }]);
    expect(lines[0]?.scores).toBeUndefined();
    expect(end?.counts).toMatchObject({ done: 1, errors: 1, unscored: 0 });
  });

  test("a model-graded sample has the grade, and the judge's reply apart from the model's", async () => {
    const cls = "evals.elsuite.modelgraded.classify:ModelBasedClassify";
    const { lines } = await open([
      specLine({}, cls),
      ask("a poem", "toy.dev.0", { model: "gpt-4" }),
      ask("Yes", "toy.dev.0", { model: "judge-1" }),
      event("metrics", { choice: "Yes", score: 1 }),
      ask("judged reply only", "toy.dev.1"),
      event("metrics", { choice: "__invalid__", score: null }, "toy.dev.1"),
    ]);
    expect(lines).toMatchObject([
      {
        completion: { text: "a poem" },
        scores: [{ name: "score", value: 1, label: "Yes", judgements: [{ judge: "judge-1", completion: { text: "Yes" } }] }],
      },
      { scores: [{ name: "score", value: null, label: "__invalid__", unscored: { code: "log.no-score" } }] },
    ]);
    expect(lines[1]?.completion).toBeUndefined();
  });
});

describe("content and its hashes", () => {
  const input = async (prompt: unknown) => (await open([specLine(), event("sampling", { prompt, sampled: "x" })])).lines[0];

  test.each([
    { what: "a chat", prompt: [{ role: "user", content: "2+2?" }], is: [{ role: "user", content: "2+2?" }] },
    { what: "a text", prompt: "2+2?", is: "2+2?" },
    { what: "one system message, which is how a text is sent", prompt: [{ role: "system", content: "2+2?" }], is: "2+2?" },
    {
      what: "a system message among others",
      prompt: [
        { role: "system", content: "be brief" },
        { role: "user", content: "2+2?" },
      ],
      is: [
        { role: "system", content: "be brief" },
        { role: "user", content: "2+2?" },
      ],
    },
    { what: "something else, as its JSON", prompt: [{ role: "robot", content: 3 }], is: '[{"role":"robot","content":3}]' },
  ])("a prompt that is $what", async ({ prompt, is }) => {
    const line = await input(prompt);
    expect(line?.input).toEqual(is);
    expect(line?.hashes.item).toBe(hashJson(is));
    expect(line?.hashes.prompt).toBe(hashJson(is));
  });

  test("a sample without its input pairs by eval and id", async () => {
    const one = (await open([specLine(), judge(true, "4")])).lines[0];
    const other = (await open([specLine({ run_id: "S" }), { ...judge(false, "5"), run_id: "S" }])).lines[0];
    const elsewhere = (await open([specLine({ eval_name: "other.dev.v0" }), judge(true, "4")])).lines[0];
    expect(one?.input).toBeUndefined();
    expect(one?.hashes).toEqual(other?.hashes);
    expect(one?.hashes.item).not.toBe(elsewhere?.hashes.item);
  });

  test("tokens and the model that answered are taken over", async () => {
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 2,
      total_tokens: 11,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 1 },
    };
    const { lines, end } = await open([
      specLine(),
      event("sampling", { prompt: "q", sampled: ["<think>hm</think>4", "5"], model: "gpt-4-0613", usage }),
      judge(true, "<think>hm</think>4"),
      report,
    ]);
    expect(lines[0]?.completion).toMatchObject({
      text: "4",
      thinking: "<think>hm</think>",
      usage: { input: 9, output: 2, cached: 4, reasoning: 1 },
      served: { model: "gpt-4-0613" },
    });
    expect(lines[0]?.more).toMatchObject({ completion: [{ text: "5" }] });
    expect(end).toMatchObject({ usage: { model: { input: 9, output: 2 } }, served: [{ model: "gpt-4-0613", n: 1 }] });
  });
});

describe("other shapes of a log", () => {
  test.each([
    { what: "model_name", more: { model_name: "davinci", completion_fns: undefined }, model: "davinci" },
    { what: "model_names", more: { model_names: { completions: ["a", "b"] }, completion_fns: undefined }, model: "a,b" },
    { what: "a path", more: { completion_fns: ["/home/al/models/tuned"] }, model: "tuned" },
  ])("the model is found in $what", async ({ more, model }) => {
    expect((await open([specLine(more), ask("4")])).run.completion_fn).toBe(model);
  });

  test("without the first line, eval and model are what the events say", async () => {
    const { run, notes } = await open([ask("4", "toy.dev.3", { model: "gpt-4-0613" }), judge(true, "4", "toy.dev.3")]);
    expect(run).toMatchObject({ eval: "toy.dev", completion_fn: "gpt-4-0613", derived_from: { run: "R" } });
    expect(notes.join()).toContain("no first line");
  });

  test("NaN and Infinity are no numbers, and no reason to stop", async () => {
    const metrics = JSON.stringify(event("metrics", { loss: "@", gain: 2 })).replace('"@"', "NaN");
    const { lines, end } = await open([
      specLine(),
      ask("a NaN in a text"),
      judge(true, "a NaN in a text"),
      metrics,
      '{"final_report": {"accuracy": -Infinity}, "run_id": "R"}',
    ]);
    expect(verdicts(lines)).toEqual([
      [
        ["accuracy", 1],
        ["loss", null],
        ["gain", 2],
      ],
    ]);
    expect(lines[0]?.completion?.text).toBe("a NaN in a text");
    expect(end?.status).toBe("complete");
  });

  test("lines that are no JSON, events of other kinds and of other runs are left out and counted", async () => {
    const { lines, notes } = await open([
      specLine(),
      "not json",
      ask("4"),
      judge(true, "4"),
      event("function_call", {}),
      { ...ask("5", "toy.dev.9"), run_id: "S" },
      '{"run_id": "R", "event_id": 99, "sam',
    ]);
    expect(lines).toHaveLength(1);
    expect(notes).toEqual(
      expect.arrayContaining([
        "left out: 2 lines that are not JSON",
        "left out: 1 events of type function_call",
        "left out: 1 events of another run",
      ]),
    );
  });

  test("a second log in the same file is an error with its line", async () => {
    await expect(open([specLine(), ask("4"), specLine()])).rejects.toMatchObject({
      code: "run.corrupt",
      more: { where: { line: 3 } },
    });
  });

  test("a log of nothing but its first line is a run without samples", async () => {
    const { lines, run, end } = await open([specLine()]);
    expect(lines).toEqual([]);
    expect(run.data.selected).toBe(0);
    expect(end).toBeUndefined();
  });
});

describe("the classes whose verdicts are ours", () => {
  test("are those that the scorers stand for, but for graded ones", () => {
    const { "evals.elsuite.modelgraded.classify:ModelBasedClassify": _, ...others } = upstreamClasses;
    expect(Object.fromEntries(Object.entries(upstreamScorers).map(([name, { scorer }]) => [name, scorer]))).toEqual(others);
  });

  test.each(Object.entries(upstreamScorers))("%s keeps the arguments that its scorer takes", async (_, upstream) => {
    const { scorer } = upstream;
    const kind = await scorerKinds[scorer as keyof typeof scorerKinds]();
    const args = scorerArgs(upstream, { max_tokens: 5, ignore_case: true, samples_jsonl: "x", num_few_shot: 2 });
    expect(kind.args.safeParse(args).success).toBe(true);
    expect(Object.keys(args)).toEqual(Object.keys(upstream.args));
  });

  test("carry the hash that the same scorer has in a run of ours", async () => {
    const { run } = await open([specLine({}, match, { max_tokens: 5, samples_jsonl: "x" }), ask("4")]);
    const own = matchKind.create({ max_tokens: 5 }, { name: "match", compat: true });
    expect(run.scorers).toEqual([{ name: "match", hash: own.hash }]);
    expect(run.spec).toMatchObject({ class: match, scorer: "match", compat: true, args: { max_tokens: 5 } });
  });
});
