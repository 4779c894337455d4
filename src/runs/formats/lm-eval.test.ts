import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { hashJson, textHash } from "../../core/hash.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { contentHashes } from "../../core/sample.ts";
import { logsIn, openLog } from "../open-stored-run.ts";

const time = "2026-11-20T10-15-00.120000";
const generated = (doc_id: number, more: object = {}) => ({
  doc_id,
  doc: { question: `what is ${doc_id}?`, answer: "4" },
  target: "4",
  arguments: { gen_args_0: { arg_0: `Q: what is ${doc_id}?\nA:`, arg_1: { until: ["\n"] } } },
  resps: [["4"]],
  filtered_resps: ["4"],
  filter: "none",
  metrics: ["exact_match"],
  doc_hash: `d${doc_id}`,
  prompt_hash: `p${doc_id}`,
  target_hash: "t",
  exact_match: 1.0,
  ...more,
});
const chosen = (doc_id: number, more: object = {}) =>
  generated(doc_id, {
    arguments: { gen_args_0: { arg_0: "Q", arg_1: " a" }, gen_args_1: { arg_0: "Q", arg_1: " b" } },
    resps: [[["-1.5", "True"]], [["-2.5", "False"]]],
    filtered_resps: [
      ["-1.5", "True"],
      ["-2.5", "False"],
    ],
    metrics: ["acc", "acc_norm"],
    acc: 1.0,
    acc_norm: 0.0,
    exact_match: undefined,
    ...more,
  });

function write(files: { readonly [name: string]: string | readonly object[] | object }): string {
  const folder = join(temporaryFolder(), "some__model");
  mkdirSync(folder);
  for (const [name, value] of Object.entries(files)) {
    const text = Array.isArray(value) ? value.map((one) => `${JSON.stringify(one)}\n`).join("") : JSON.stringify(value);
    writeFileSync(join(folder, name), typeof value === "string" ? value : text);
  }
  return folder;
}

async function open(samples: readonly object[] | string, results?: object) {
  const name = `samples_sums_${time}.jsonl`;
  const folder = write({ [name]: samples, ...(results && { [`results_${time}.json`]: results }) });
  const log = await openLog(join(folder, name));
  const lines: SampleLine[] = [];
  for await (const line of log.samples()) lines.push(line);
  return { ...log, lines };
}

const scores = (line: SampleLine | undefined) => line?.scores?.map(({ name, value, passed }) => [name, value, passed]);

describe("metrics", () => {
  test("acc is the verdict; others keep their names", async () => {
    const { lines } = await open([
      chosen(0),
      chosen(1, { acc: 0, acc_norm: 1, brier: 0.2, metrics: ["acc_norm", "acc", "brier"] }),
    ]);
    expect(scores(lines[0])).toEqual([
      ["accuracy", 1, true],
      ["acc_norm", 0, false],
      ["brier", null, undefined],
    ]);
    expect(scores(lines[1])).toEqual([
      ["accuracy", 0, false],
      ["acc_norm", 1, true],
      ["brier", 0.2, undefined],
    ]);
    expect(lines[0]?.completion).toBeUndefined();
  });

  test("of several filters the first gives the verdict, and all stand in one sample", async () => {
    const { lines, run } = await open([
      generated(0, { filter: "strict-match", exact_match: 0, filtered_resps: ["[invalid]"] }),
      generated(1, { filter: "strict-match" }),
      generated(0, { filter: "flexible-extract" }),
      generated(1, { filter: "flexible-extract", exact_match: 0 }),
    ]);
    expect(run.data.selected).toBe(2);
    expect(lines.map(scores)).toEqual([
      [
        ["accuracy", 0, false],
        ["exact_match_flexible_extract", 1, true],
      ],
      [
        ["accuracy", 1, true],
        ["exact_match_flexible_extract", 0, false],
      ],
    ]);
    expect(lines[0]?.scores?.[0]?.label).toBe("[invalid]");
  });

  test("without a number are left out and named; NaN is not scored", async () => {
    const text = JSON.stringify(generated(0, { metrics: ["exact_match", "bleu"], bleu: ["4", "4"], exact_match: "@" }));
    const { lines, notes } = await open(`${text.replace('"@"', "NaN")}\n`);
    expect(scores(lines[0])).toEqual([["accuracy", null, undefined]]);
    expect(notes.join()).toContain("left out: bleu");
  });

  test("of an old log are all its other keys", async () => {
    const { lines } = await open([generated(0, { metrics: undefined, filter: undefined, f1: 0.5 })]);
    expect(scores(lines[0])).toEqual([
      ["accuracy", 1, true],
      ["f1", 0.5, undefined],
    ]);
  });

  test("whose smaller values are better say so", async () => {
    const doc = generated(0, { metrics: ["word_perplexity"], word_perplexity: 12, exact_match: undefined });
    const { run } = await open([doc], { results: {}, higher_is_better: { sums: { word_perplexity: false } } });
    expect(run.spec.higher_is_better).toBe(false);
  });
});

describe("content and its hashes", () => {
  test("a document is all fields, unless it is a row as sample files have them", async () => {
    const row = { input: [{ role: "user", content: "2+2?" }], ideal: ["4", "four"], metadata: { level: 1 }, topic: "sums" };
    const odd = { input: 5, question: "x" };
    const { lines } = await open([generated(0), generated(1, { doc: row, target: "ignored" }), generated(2, { doc: odd })]);
    expect(lines).toMatchObject([
      { input: null, ideal: ["4"], fields: { question: "what is 0?", answer: "4" } },
      { input: row.input, ideal: row.ideal, fields: { topic: "sums" }, metadata: { level: 1 } },
      { input: null, fields: odd },
    ]);
    expect(lines[1]?.hashes.item).toBe(contentHashes({ input: row.input as never, ideal: [], fields: { topic: "sums" } }).item);
  });

  test("the prompt has a hash of its own, also as a chat", async () => {
    const chat = [{ role: "user", content: "2+2?" }];
    const { lines } = await open([
      generated(0),
      generated(1, { arguments: { gen_args_0: { arg_0: [JSON.stringify(chat)], arg_1: {} } } }),
      generated(2, { arguments: [["old shape", { until: [] }]] }),
      generated(3, { arguments: undefined }),
    ]);
    expect(lines.map(({ hashes }) => hashes.prompt)).toEqual([
      hashJson("Q: what is 0?\nA:"),
      hashJson(chat),
      hashJson("old shape"),
      textHash("lm_eval prompt p3"),
    ]);
  });

  test("without its document a sample pairs by the document's hash, else the prompt, else the number", async () => {
    const bare = { doc: undefined, doc_hash: undefined };
    const { lines } = await open([
      generated(0, { doc: undefined }),
      generated(1, bare),
      generated(2, { ...bare, arguments: undefined }),
    ]);
    expect(lines.map(({ hashes }) => hashes.item)).toEqual([
      textHash("lm_eval doc d0"),
      hashJson("Q: what is 1?\nA:"),
      textHash("lm_eval id 2"),
    ]);
    expect(lines[0]?.input).toBeUndefined();
  });

  test("repeated replies are kept, and a number that was asked for is no reply", async () => {
    const rolling = { arguments: { gen_args_0: { arg_0: "text" } }, resps: [["-12.5"]] };
    const { lines } = await open([generated(0, { resps: [["4", "5"]] }), generated(1, rolling)]);
    expect(lines[0]).toMatchObject({ completion: { text: "4" }, more: { completion: [{ text: "5" }] } });
    expect(lines[1]?.completion).toBeUndefined();
  });
});

describe("files", () => {
  const results = (more: object = {}) => ({
    results: { sums: {} },
    configs: { sums: { generation_kwargs: { until: ["\n"], temperature: 0, max_gen_toks: 16, do_sample: false } } },
    "n-samples": { sums: { original: 100, effective: 2 } },
    config: { model: "hf", model_args: "pretrained=/home/al/models/tuned,dtype=float16", random_seed: 3 },
    date: 1795169700.5,
    total_evaluation_time_seconds: "4.5",
    lm_eval_version: "0.4.9",
    ...more,
  });

  test("results say model, sampling, counts and times", async () => {
    const { run, end } = await open([generated(1), generated(0)], results());
    expect(run).toMatchObject({
      eval: "sums",
      completion_fn: "tuned",
      tool: "lm_eval 0.4.9",
      started: "2026-11-20T10:15:00.500Z",
      sampling: { temperature: 0, max_tokens: 16, stop: ["\n"] },
      data: { samples: 100, selected: 2, seed: 3 },
    });
    expect(end).toMatchObject({ status: "complete", wall_ms: 4500 });
  });

  test("samples without results are a run of the model that the folder is named after", async () => {
    const { run, end, notes } = await open([generated(0)]);
    expect(run).toMatchObject({ completion_fn: "some__model", started: "2026-11-20T10:15:00.120Z" });
    expect(end?.status).toBe("complete");
    expect(notes.join()).toContain("no results file");
  });

  test("the later of two lines for one document counts", async () => {
    const { lines } = await open([generated(0, { exact_match: 0 }), generated(0)]);
    expect(lines.map(scores)).toEqual([[["accuracy", 1, true]]]);
  });

  test("results without samples are totals only, and several tasks are several runs", async () => {
    const alone = write({ [`results_${time}.json`]: results() });
    const path = join(alone, `results_${time}.json`);
    await expect(openLog(path)).rejects.toMatchObject({
      code: "run.corrupt",
      more: { hint: expect.stringContaining("--log_samples") },
    });
    await expect(logsIn(path)).rejects.toMatchObject({ code: "run.corrupt" });
    const several = write({
      [`results_${time}.json`]: results(),
      [`samples_sums_${time}.jsonl`]: [generated(0)],
      [`samples_more_sums_${time}.jsonl`]: [generated(0)],
      "samples_sums_2026-11-21T00-00-00.000000.jsonl": [generated(0)],
    });
    const file = join(several, `results_${time}.json`);
    await expect(openLog(file)).rejects.toMatchObject({ message: expect.stringContaining("2 tasks") });
    expect(await logsIn(file)).toEqual([
      join(several, `samples_more_sums_${time}.jsonl`),
      join(several, `samples_sums_${time}.jsonl`),
    ]);
  });
});
