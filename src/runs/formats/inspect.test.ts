import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { inspectZip, zipOf } from "../../../test/support/write-zip.ts";
import { hashJson } from "../../core/hash.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { openLog } from "../open-stored-run.ts";

const reply = (text: string, more: object = {}) => ({
  model: "m-1",
  choices: [{ message: { role: "assistant", content: text }, stop_reason: "stop" }],
  ...more,
});
const sample = (id: number | string, more: object = {}) => ({
  id,
  epoch: 1,
  input: `question ${id}`,
  target: "4",
  messages: [],
  output: reply("4"),
  scores: { match: { value: "C" } },
  ...more,
});
const log = (samples: readonly object[], more: object = {}) => ({
  version: 2,
  status: "success",
  eval: {
    eval_id: "E",
    task: "sums",
    created: "2026-11-20T10:15:00+00:00",
    dataset: {},
    model: "openai/m",
    config: {},
    packages: {},
  },
  results: { scores: [{ name: "match", scorer: "match", metrics: { accuracy: { name: "accuracy", value: 1 } } }] },
  stats: {},
  samples,
  ...more,
});

const ways = {
  json: (value: object) => JSON.stringify(value, null, 2),
  eval: (value: object) => inspectZip(value as Record<string, unknown>),
};
type Way = keyof typeof ways;

async function open(value: object, way: Way = "json") {
  const file = join(temporaryFolder(), `log.${way}`);
  writeFileSync(file, ways[way](value));
  return read(file);
}

async function read(file: string) {
  const opened = await openLog(file);
  const lines: SampleLine[] = [];
  for await (const line of opened.samples()) lines.push(line);
  return { ...opened, lines };
}

describe.each(Object.keys(ways) as Way[])("a log as .%s", (way) => {
  test("has an attempt for each epoch, samples in the order of the data", async () => {
    const samples = [sample(10, { epoch: 2 }), sample(2), sample(10), sample(2, { epoch: 2 })];
    const { lines, run, end } = await open(log(samples), way);
    expect(lines.map(({ id, attempt, seq, index }) => [id, attempt, seq, index])).toEqual([
      ["2", 0, 0, 0],
      ["2", 1, 1, 0],
      ["10", 0, 2, 1],
      ["10", 1, 3, 1],
    ]);
    expect(run).toMatchObject({ attempts: 2, data: { selected: 2 } });
    expect(end?.counts).toMatchObject({ selected: 4, done: 4, prefix: 4 });
  });

  test("keeps the dataset's own order where it says so", async () => {
    const value = log([sample("a"), sample("b")]);
    const listed = { ...value, eval: { ...value.eval, dataset: { samples: 9, sample_ids: ["b", "a", "c"] } } };
    const { lines, run } = await open(listed, way);
    expect(lines.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(run.data).toMatchObject({ samples: 9, selected: 3 });
  });

  test("counts the later of two lines for one sample and epoch", async () => {
    const first = sample(1, { output: reply("early") });
    const second = sample(1, { output: reply("late") });
    // In the ZIP of the test entries stand in reverse.
    const { lines } = await open(log(way === "json" ? [first, second] : [second, first]), way);
    expect(lines.map(({ completion }) => completion?.text)).toEqual(["late"]);
  });

  test.each([
    { status: "success", is: "complete" },
    { status: "cancelled", is: "stopped" },
    { status: "error", is: "failed" },
    { status: "started", is: undefined },
  ])("with status $status is $is", async ({ status, is }) => {
    expect((await open(log([sample(1)], { status }), way)).end?.status).toBe(is);
  });
});

describe("scores", () => {
  const accuracy = async (value: unknown, more: object = {}) => {
    const { lines } = await open(log([sample(1, { scores: { match: { value, ...more } } })]));
    return lines[0]?.scores?.[0];
  };

  test.each([
    { value: "C", is: 1, passed: true },
    { value: "I", is: 0, passed: false },
    { value: "N", is: 0, passed: false },
    { value: "P", is: 0.5, passed: false },
    { value: true, is: 1, passed: true },
    { value: false, is: 0, passed: false },
    { value: 1, is: 1, passed: true },
    { value: 0.25, is: 0.25, passed: undefined },
    { value: "0.75", is: 0.75, passed: undefined },
    { value: "Yes", is: 1, passed: true },
    { value: "FALSE", is: 0, passed: false },
    { value: null, is: null, passed: undefined },
    { value: "c", is: null, passed: undefined },
    { value: "constructor", is: null, passed: undefined },
    { value: ["C"], is: null, passed: undefined },
  ])("$value is $is", async ({ value, is, passed }) => {
    const score = await accuracy(value);
    expect(score).toMatchObject({ name: "accuracy", value: is });
    expect(score?.passed).toBe(passed);
    expect(score?.unscored === undefined).toBe(is !== null);
  });

  test("NaN is not scored", async () => {
    const file = join(temporaryFolder(), "log.json");
    const text = JSON.stringify(log([sample(1, { scores: { match: { value: "@" } } })])).replace('"@"', "NaN");
    writeFileSync(file, text);
    expect((await read(file)).lines[0]?.scores).toMatchObject([{ value: null, unscored: { code: "log.no-score" } }]);
  });

  test("an edited score is what its last edit made of it", async () => {
    const history = [
      { value: "I", answer: "5", explanation: "wrong" },
      { value: "C", explanation: "the target was wrong" },
      { value: "UNCHANGED", answer: "4", provenance: { author: "a" } },
    ];
    expect(await accuracy("I", { answer: "5", history })).toMatchObject({
      value: 1,
      passed: true,
      label: "4",
      explanation: "the target was wrong",
    });
  });

  test("of several scorers the first is the verdict, objects are a score for each key", async () => {
    const scores = { match: { value: "I" }, "pkg/fluency": { value: 0.9 }, parts: { value: { style: 1, facts: "P" } } };
    const { lines } = await open(log([sample(1, { scores })]));
    expect(lines[0]?.scores?.map(({ name, value }) => [name, value])).toEqual([
      ["accuracy", 0],
      ["pkg_fluency", 0.9],
      ["style", 1],
      ["facts", 0.5],
    ]);
  });

  test("a scorer of which Inspect works out no accuracy keeps its name", async () => {
    const results = { scores: [{ name: "f1", scorer: "f1", metrics: { mean: { name: "mean", value: 0.5 } } }] };
    const { lines } = await open(log([sample(1, { scores: { f1: { value: 0.5 } } })], { results }));
    expect(lines[0]?.scores).toMatchObject([{ name: "f1", value: 0.5 }]);
  });

  test("without results the first score tells whether it is a verdict", async () => {
    const graded = await open(log([sample(1)], { results: undefined, status: "started" }));
    expect(graded.lines[0]?.scores).toMatchObject([{ name: "accuracy", value: 1 }]);
    const measured = await open(log([sample(1, { scores: { f1: { value: 1 } } })], { results: undefined }));
    expect(measured.lines[0]?.scores).toMatchObject([{ name: "f1", value: 1 }]);
  });

  test("a sample without scores is unscored, and so is one marked as invalid", async () => {
    const { lines, end } = await open(
      log([sample(1), sample(2, { scores: undefined }), sample(3, { invalidation: { reason: "x" } })]),
    );
    expect(lines.map(({ scores }) => scores?.map(({ name, value }) => [name, value]))).toEqual([
      [["accuracy", 1]],
      [["accuracy", null]],
      [["accuracy", null]],
    ]);
    expect(end?.counts).toMatchObject({ done: 3, unscored: 2, errors: 0 });
  });

  test("the one score of an old log is its verdict", async () => {
    const old = log([sample(1, { scores: undefined, score: { value: "C", answer: "4" } })], {
      version: 1,
      results: { scorer: { name: "match" }, metrics: { accuracy: { name: "accuracy", value: 1 } } },
    });
    expect((await open(old)).lines[0]?.scores).toMatchObject([{ name: "accuracy", value: 1, label: "4" }]);
  });
});

describe("samples", () => {
  test("that ended in an error are errors, unless they were scored all the same", async () => {
    const error = { message: "Bearer abcdefghijkl refused", traceback: "" };
    const { lines, end } = await open(log([sample(1, { error, scores: undefined }), sample(2, { error })]));
    expect(lines[0]).toMatchObject({ error: { code: "log.error", message: "Bearer [redacted] refused" } });
    expect(lines[0]?.completion).toBeUndefined();
    expect(lines[1]).toMatchObject({ scores: [{ value: 1 }] });
    expect(lines[1]?.error).toBeUndefined();
    expect(end?.counts).toMatchObject({ errors: 1, done: 2 });
  });

  test("have their attachments put back, today's and those of old logs", async () => {
    const input = [{ role: "user", content: "attachment://abc" }];
    const today = sample(1, { input, attachments: { abc: "the long question" } });
    const old = sample(2, {
      input: [{ role: "user", content: "tc://abc" }],
      transcript: { content: { abc: "the long question" } },
    });
    const lost = sample(3, { input, attachments: { other: "x" } });
    const { lines } = await open(log([today, old, lost]));
    expect(lines.map((line) => line.input)).toEqual([
      [{ role: "user", content: "the long question" }],
      [{ role: "user", content: "the long question" }],
      [{ role: "user", content: "attachment://abc" }],
    ]);
  });

  test("carry choices, metadata, several targets, parts and pictures", async () => {
    const input = [
      {
        role: "user",
        id: "x",
        content: [
          { type: "text", text: "what?" },
          { type: "image", image: "data:image/png;base64,AA" },
        ],
      },
    ];
    const { lines } = await open(log([sample(1, { input, choices: ["a", "b"], target: ["A", "B"], metadata: { level: 2 } })]));
    expect(lines[0]).toMatchObject({
      input: [
        {
          role: "user",
          content: [
            { type: "text", text: "what?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA" } },
          ],
        },
      ],
      ideal: ["A", "B"],
      choices: ["a", "b"],
      metadata: { level: 2 },
    });
  });

  test("have the reply with its reasoning, tool calls, likelihoods, tokens, cost and time", async () => {
    const message = {
      role: "assistant",
      content: [
        { type: "reasoning", reasoning: "two and two" },
        { type: "text", text: "4" },
      ],
      tool_calls: [{ id: "t1", function: "add", arguments: { a: 2 } }],
    };
    const logprobs = { content: [{ token: "4", logprob: -0.1, top_logprobs: [{ token: "4", logprob: -0.1 }] }] };
    const output = { model: "m-1", choices: [{ message, stop_reason: "max_tokens", logprobs }], time: 1.5 };
    const model_usage = {
      "openai/m": { input_tokens: 7, output_tokens: 3, input_tokens_cache_read: 2, reasoning_tokens: 1, total_cost: 0.25 },
      "openai/judge": { input_tokens: 900, output_tokens: 900 },
    };
    const { lines } = await open(log([sample(1, { output, model_usage })]));
    expect(lines[0]?.completion).toEqual({
      text: "4",
      reasoning: "two and two",
      finish: "length",
      tool_calls: [{ id: "t1", name: "add", arguments: '{"a":2}' }],
      logprobs: [{ token: "4", logprob: -0.1, top: [{ token: "4", logprob: -0.1 }] }],
      usage: { input: 7, output: 3, cached: 2, reasoning: 1 },
      cost: 0.25,
      ms: 1500,
      served: { model: "m-1" },
    });
  });

  test("say by their prompt's hash whether anything was put around the input", async () => {
    const user = { role: "user", content: "question 1" };
    const answer = { role: "assistant", content: "4" };
    const plain = sample(1, { messages: [user, answer] });
    const system = { role: "system", content: "be brief" };
    const wrapped = sample(1, { messages: [system, user, answer] });
    const [a] = (await open(log([plain]))).lines;
    const [b] = (await open(log([wrapped]))).lines;
    expect(a?.hashes).toEqual({ item: hashJson("question 1"), ideal: hashJson(["4"]), prompt: hashJson("question 1") });
    expect(b?.hashes).toEqual({ ...a?.hashes, prompt: hashJson([system, user]) });
  });
});

describe("a ZIP", () => {
  const file = (bytes: Buffer) => {
    const path = join(temporaryFolder(), "log.eval");
    writeFileSync(path, bytes);
    return path;
  };
  const { samples: _, ...header } = log([]);
  const one = ["samples/1_epoch_1.json", JSON.stringify(sample(1))] as const;

  test("without its header is a run that was cut off", async () => {
    const start = JSON.stringify({ version: 2, eval: header.eval, plan: {} });
    const { lines, end, notes } = await read(file(zipOf([["_journal/start.json", start], one], "deflate")));
    expect(lines).toHaveLength(1);
    expect(end).toBeUndefined();
    expect(notes.join()).toContain("no end");
  });

  test("of an older version has start and results", async () => {
    const { status, results, stats, ...start } = header;
    const entries = [
      ["start.json", JSON.stringify(start)],
      one,
      ["results.json", JSON.stringify({ status, results, stats })],
    ] as const;
    const { run, end } = await read(file(zipOf(entries, "deflate")));
    expect(run).toMatchObject({ eval: "sums", completion_fn: "openai/m" });
    expect(end?.status).toBe("complete");
  });

  test("names whose ids are odd are read", async () => {
    const odd = ["samples/../../a\\b_epoch_1_epoch_3.json", JSON.stringify(sample("x"))] as const;
    const { lines } = await read(file(zipOf([["header.json", JSON.stringify(header)], odd], "stored")));
    expect(lines).toMatchObject([{ id: "../../a\\b_epoch_1", attempt: 2 }]);
  });

  test.each([
    { what: "of something else", bytes: () => zipOf([["mimetype", "x"]], "stored"), says: "no log of Inspect" },
    {
      what: "that is cut short",
      bytes: () => zipOf([["header.json", "{}"]], "deflate").subarray(0, 60),
      says: "cannot be read as a ZIP",
    },
    { what: "packed otherwise", bytes: () => zipOf([["header.json", "{}"]], "deflate", 14), says: "method 14" },
    { what: "with a header that is no JSON", bytes: () => zipOf([["header.json", "{"]], "zstd"), says: "not JSON" },
  ])("$what is refused", async ({ bytes, says }) => {
    await expect(openLog(file(bytes()))).rejects.toMatchObject({ code: "run.corrupt", message: expect.stringContaining(says) });
  });
});

test("a log of a later version is refused as such", async () => {
  await expect(open(log([], { version: 3 }))).rejects.toMatchObject({ code: "run.format-newer" });
});

test("a document that is cut short is refused", async () => {
  const file = join(temporaryFolder(), "log.json");
  writeFileSync(file, ways.json(log([sample(1)])).slice(0, -20));
  await expect(openLog(file)).rejects.toMatchObject({ code: "run.corrupt", message: expect.stringContaining("cut short") });
});
