import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ended, runLine } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { contentHashes } from "../core/sample.ts";
import { openLog, type StoredRun } from "../runs/index.ts";
import { openaiEvalsLog } from "./openai-evals-log.ts";

const spec: EvalSpec = {
  name: "tickets.heldout.v1",
  base: "tickets",
  split: "heldout",
  class: "match",
  scorer: "match",
  compat: false,
  args: {},
  sampling: {},
};

function stored(lines: readonly SampleLine[], more: Partial<RunLine> = {}, end: StoredRun["end"] = ended()): StoredRun {
  const selected = new Set(lines.map(({ id }) => id)).size;
  return {
    file: "run.jsonl",
    run: runLine({ selected, spec: spec as unknown as RunLine["spec"], ...more }),
    sessions: [],
    end,
    async *samples() {
      yield* lines;
    },
  };
}

async function textOf(run: StoredRun): Promise<string> {
  let text = "";
  for await (const line of openaiEvalsLog(run)) text += line;
  return text;
}

async function back(run: StoredRun) {
  const file = join(temporaryFolder(), "log.jsonl");
  writeFileSync(file, await textOf(run));
  const log = await openLog(file);
  const lines: SampleLine[] = [];
  for await (const line of log.samples()) lines.push(line);
  return { ...log, lines };
}

/** What one attempt came to. */
type Fate = "right" | "wrong" | "unscored" | "error" | "measured";

const scoresOf: { readonly [fate in Exclude<Fate, "error">]: SampleLine["scores"] } = {
  right: [
    { name: "accuracy", value: 1, passed: true, details: { picked: "4" } },
    { name: "f1_score", value: 0.5 },
  ],
  wrong: [{ name: "accuracy", value: 0, passed: false }],
  unscored: [{ name: "accuracy", value: null, unscored: { code: "score.failed", message: "no" } }],
  measured: [{ name: "accuracy", value: 0.25 }],
};

function line(index: number, attempt: number, attempts: number, fate: Fate, text: string): SampleLine {
  const input = [{ role: "user" as const, content: `question ${index}` }];
  const { item, ideal, input: prompt } = contentHashes({ input, ideal: ["4"], fields: {} });
  return {
    type: "sample",
    id: `tickets.heldout.${index}`,
    attempt,
    seq: index * attempts + attempt,
    index,
    hashes: { item, ideal, prompt },
    input,
    ideal: ["4"],
    ...(fate === "error"
      ? { error: { code: "provider.server", message: "busy", tries: [] } }
      : { scores: scoresOf[fate], completion: { text, finish: "stop", ms: 3, usage: { input: 5, output: 1 } } }),
  };
}

const verdicts = (lines: readonly SampleLine[]) =>
  lines.map(({ id, attempt, seq, index, hashes, error, scores = [], completion, input, ideal }) => ({
    place: [id, attempt, seq, index],
    error: error !== undefined,
    scores: scores.map(({ name, value, passed }) => [name, value, passed]),
    text: completion?.text,
    usage: completion?.usage,
    hashes,
    input,
    ideal,
  }));

describe("a run written as a log of openai/evals and read again", () => {
  test("has the same verdicts, replies, contents and hashes, attempt for attempt", async () => {
    const fate = fc.constantFrom<Fate>("right", "wrong", "unscored", "error", "measured");
    const runs = fc.integer({ min: 1, max: 3 }).chain((attempts) =>
      fc.array(fc.array(fc.tuple(fate, fc.string({ unit: "binary" })), { minLength: attempts, maxLength: attempts }), {
        minLength: 1,
      }),
    );
    await fc.assert(
      fc.asyncProperty(runs, async (samples) => {
        const attempts = samples[0]?.length as number;
        const lines = samples.flatMap((fates, index) =>
          fates.map(([one, text], attempt) => line(index, attempt, attempts, one, `x${text}`)),
        );
        const again = await back(stored(lines, { attempts }));
        expect(verdicts(again.lines)).toEqual(verdicts(lines));
        expect(again.run.attempts).toBe(attempts);
      }),
      { numRuns: 60 },
    );
  });

  test("is ended if it was, and unfinished if it was not", async () => {
    const lines = [line(0, 0, 1, "right", "4")];
    expect((await back(stored(lines))).end?.status).toBe("complete");
    const unfinished: StoredRun = { ...stored(lines), end: undefined };
    expect((await back(unfinished)).end).toBeUndefined();
  });

  test.each<{ name: string; run: StoredRun }>([
    { name: "was stopped", run: stored([line(0, 0, 1, "right", "4")], {}, ended({ status: "stopped" })) },
    {
      name: "failed early",
      run: stored([line(0, 0, 1, "right", "4")], {}, ended({ status: "failed", reason: "run.early-fail" })),
    },
    {
      name: "says complete and lacks replies",
      run: { ...stored([line(0, 0, 1, "right", "4")]), run: runLine({ selected: 2, spec: spec as unknown as RunLine["spec"] }) },
    },
  ])("is unfinished if it $name", async ({ run }) => {
    expect(await textOf(run)).not.toContain("final_report");
    expect((await back(run)).end).toBeUndefined();
  });

  test("keeps a judge's reply and grade", async () => {
    const judgements = [{ judge: "gpt-4", completion: { text: "Yes", finish: "stop" as const, ms: 1 } }];
    const graded = { ...line(0, 0, 1, "right", "a poem"), scores: [{ name: "score", value: 1, label: "Yes", judgements }] };
    const own = { ...spec, class: "evals.elsuite.modelgraded.classify:ModelBasedClassify", scorer: "model-graded", compat: true };
    const { lines } = await back(stored([graded], { spec: own as unknown as RunLine["spec"] }));
    expect(lines).toMatchObject([
      {
        completion: { text: "a poem" },
        scores: [{ name: "score", value: 1, label: "Yes", judgements: [{ judge: "gpt-4", completion: { text: "Yes" } }] }],
      },
    ]);
  });
});

describe("the log", () => {
  test("has the lines of openai/evals, written as Python writes them", async () => {
    const text = await textOf(stored([line(0, 0, 1, "right", "4 é")]));
    const [first, sampling, match, metrics, report] = text.trimEnd().split("\n");
    expect(first).toMatch(
      /^\{"spec": \{"completion_fns": \["mock"\], "eval_name": "tickets\.heldout\.v1", "base_eval": "tickets", /,
    );
    expect(JSON.parse(first as string).spec).toMatchObject({
      split: "heldout",
      run_config: { eval_spec: { cls: "evals.elsuite.basic.match:Match", args: {} } },
      run_id: expect.stringMatching(/^261120101500[A-Z2-7]{8}$/),
      created_at: "2026-11-20 10:15:00.000000",
    });
    expect(JSON.parse(sampling as string)).toMatchObject({
      event_id: 0,
      sample_id: "tickets.heldout.0",
      type: "sampling",
      data: {
        prompt: [{ role: "user", content: "question 0" }],
        sampled: ["4 é"],
        usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
      },
    });
    expect(sampling).toContain("4 é");
    expect(JSON.parse(match as string)).toMatchObject({
      event_id: 1,
      type: "match",
      data: { correct: true, expected: "4", picked: "4", sampled: "4 é", options: ["4"] },
    });
    expect(JSON.parse(metrics as string)).toMatchObject({ type: "metrics", data: { f1_score: 0.5 } });
    expect(JSON.parse(report as string)).toMatchObject({ final_report: { accuracy: 1, usage_total_tokens: 6 } });
  });

  test.each([
    { own: {}, cls: "evals.elsuite.basic.match:Match" },
    { own: { class: "includes", scorer: "includes", args: { ignore_case: true } }, cls: "evals.elsuite.basic.includes:Includes" },
    { own: { args: { ignore_case: true } }, cls: "finegauge:match" },
    { own: { args: { trim: true } }, cls: "finegauge:match" },
    { own: { labels: { a: [] } }, cls: "finegauge:match" },
    { own: { class: "inspect_ai/f1", scorer: "inspect_ai/f1" }, cls: "finegauge:inspect_ai/f1" },
    { own: { class: "some.module:Class", scorer: "some.module:Class", compat: true }, cls: "some.module:Class" },
  ])("names class $cls for $own", async ({ own, cls }) => {
    const text = await textOf(stored([line(0, 0, 1, "right", "4")], { spec: { ...spec, ...own } as unknown as RunLine["spec"] }));
    expect(JSON.parse(text.split("\n")[0] as string).spec.run_config.eval_spec.cls).toBe(cls);
  });
});
