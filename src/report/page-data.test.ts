import { describe, expect, test } from "vitest";
import { comparedReport, compareRuns, type LineOptions, reportOf, reportRun } from "../../test/support/report-fixture.ts";
import { pageData } from "./page-data.ts";

const replies = (texts: readonly (string | null)[]): LineOptions[] => texts.map((reply) => ({ reply }));
const outcomes = (page: Awaited<ReturnType<typeof pageData>>) =>
  page.rows.map(({ cells }) => cells.map(({ outcome }) => outcome));

describe("pageData", () => {
  test("puts the replies to one question in one row, what got worse first, then failures, then what got better", async () => {
    const page = await pageData(
      reportOf(
        reportRun({ model: "base", lines: replies(["right", "wrong", "right", "wrong", null]) }),
        reportRun({ model: "tuned", lines: replies(["right", "wrong", "wrong", "right", "right"]) }),
      ),
    );
    expect(outcomes(page)).toEqual([
      ["passed", "failed"],
      ["failed", "failed"],
      ["error", "passed"],
      ["failed", "passed"],
      ["passed", "passed"],
    ]);
    expect(page.evals[0]?.pairs).toEqual([
      { baseline: 0, candidate: 1, both: 1, only_baseline: 1, only_candidate: 1, neither: 1 },
    ]);
    expect(page.columns).toEqual(["base", "tuned"]);
  });

  test("of compared runs what changed comes first, then errors, then what stayed wrong; of one run its failures", async () => {
    const before = { model: "base", lines: replies(["right", "wrong", null, "wrong", "right", "wrong"]) };
    const after = { model: "tuned", lines: replies(["right", "wrong", "wrong", "right", "wrong", "wrong"]) };
    expect(outcomes(await pageData(await comparedReport(before, after)))).toEqual([
      ["passed", "failed"],
      ["failed", "passed"],
      ["error", "failed"],
      ["failed", "failed"],
      ["failed", "failed"],
      ["passed", "passed"],
    ]);
    expect(outcomes(await pageData(reportOf(reportRun(before)))).flat()).toEqual([
      ...["failed", "failed", "failed"],
      ...["error", "passed", "passed"],
    ]);
  });

  test("pairs by content: other order, other ids, questions that only one run has", async () => {
    const page = await pageData(
      reportOf(
        reportRun({
          model: "base",
          lines: [
            { input: "one", reply: "right" },
            { input: "two", reply: "right" },
          ],
        }),
        reportRun({
          model: "tuned",
          lines: [
            { input: "three", reply: "wrong" },
            { input: "two", reply: "wrong" },
          ],
        }),
      ),
    );
    expect(page.rows.map(({ input, cells }) => [input, cells.map(({ run }) => run)])).toEqual([
      ["two", [0, 1]],
      ["three", [1]],
      ["one", [0]],
    ]);
    expect(page.evals[0]?.pairs[0]).toMatchObject({ both: 0, only_baseline: 1, only_candidate: 0, neither: 0 });
  });

  test("keeps the same question asked twice, and every attempt, in rows of their own", async () => {
    const lines: LineOptions[] = [
      { input: "same", reply: "right" },
      { input: "same", reply: "wrong" },
      { input: "same", reply: "wrong", attempt: 1 },
    ];
    const page = await pageData(reportOf(reportRun({ model: "base", lines }), reportRun({ model: "tuned", lines })));
    expect(page.rows.map(({ cells }) => cells.length)).toEqual([2, 2, 2]);
  });

  test("two runs of one model on one eval are two columns; on two evals they are one", async () => {
    const lines = replies(["right"]);
    const page = await pageData(reportOf(reportRun({ lines }), reportRun({ lines }), reportRun({ eval: "other.dev.v1", lines })));
    expect(page.columns).toEqual(["model-a", "model-a (2)"]);
    expect(page.runs.map((run) => [run.eval, run.column])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  test("holds failures first up to the budget, and all the numbers", async () => {
    const lines = Array.from({ length: 200 }, (_, index): LineOptions => ({ reply: index % 10 === 9 ? "wrong" : "right" }));
    const report = reportOf(reportRun({ lines }));
    const whole = await pageData(report);
    const cut = await pageData(report, JSON.stringify(whole.rows).length / 4);
    expect(whole.rows).toHaveLength(200);
    expect(cut.total_rows).toBe(200);
    expect(cut.rows.length).toBeGreaterThan(20);
    expect(cut.rows.length).toBeLessThan(80);
    expect(outcomes(cut).filter(([outcome]) => outcome === "failed")).toHaveLength(20);
    expect(cut.rows).toEqual(whole.rows.slice(0, cut.rows.length));
    expect(cut.runs).toEqual(whole.runs);
  });

  test("cuts a long reply, says how much is missing, and breaks no character in two", async () => {
    const page = await pageData(reportOf(reportRun({ lines: [{ reply: `${"a".repeat(19_999)}😀${"b".repeat(1000)}` }] })));
    const text = page.rows[0]?.cells[0]?.text ?? "";
    expect(text).toBe(`${"a".repeat(19_999)}\n… 1,001 more characters in the run file`);
  });

  test("keeps no paid log-probabilities beyond what is looked at", async () => {
    const logprobs = Array.from({ length: 1000 }, () => ({
      token: "x",
      logprob: -1,
      top: Array.from({ length: 20 }, () => ({ token: "y", logprob: -2 })),
    }));
    const page = await pageData(reportOf(reportRun({ lines: [{ reply: "x", completion: { logprobs } }] })));
    const kept = page.rows[0]?.cells[0]?.logprobs ?? [];
    expect(kept).toHaveLength(256);
    expect(kept[31]?.top).toHaveLength(5);
    expect(kept[32]?.top).toBeUndefined();
  });

  test("says under --no-inputs only what it has", async () => {
    const run = reportRun({ lines: replies(["wrong"]) });
    const bare = {
      ...run,
      async *samples() {
        for await (const { input: _, ideal: __, ...line } of run.samples()) yield line;
      },
    };
    const [row] = (await pageData(reportOf(bare))).rows;
    expect(row).not.toHaveProperty("input");
    expect(row?.cells[0]?.text).toBe("wrong");
  });
});

describe("a comparison on the page", () => {
  const sure = (reply: string, probability: number): LineOptions => ({
    reply,
    completion: { logprobs: [{ token: reply, logprob: Math.log(probability) }] },
  });

  test("puts regressions first, the surest before the others, and says how sure", async () => {
    const report = await comparedReport(
      { model: "base", lines: [sure("right", 0.9), sure("right", 0.9), sure("wrong", 0.9), sure("right", 0.5)] },
      { model: "tuned", lines: [sure("right", 0.9), sure("wrong", 0.6), sure("right", 0.9), sure("wrong", 0.9)] },
    );
    const page = await pageData(report);
    expect(page.rows.map(({ input, pairs }) => [input, pairs?.[0]])).toEqual([
      ["question 1", { of: 0, change: "only_baseline", confidence: 0.54 }],
      ["question 3", { of: 0, change: "only_baseline", confidence: 0.45 }],
      ["question 2", { of: 0, change: "only_candidate", confidence: 0.81 }],
      ["question 0", { of: 0, change: "both" }],
    ]);
    expect(page.comparisons[0]).toMatchObject({ on: 0, runs: { baseline: 0, candidate: 1 } });
    expect(page.comparisons[0]?.sentence).toBe(report.comparisons?.[0]?.comparison.sentence);
    expect(page.evals[0]?.pairs).toEqual([]);
  });

  test("all attempts of a sample fare as its majority does, and stand together", async () => {
    const attempts = (replies: readonly string[][]) =>
      replies.flatMap((one, sample) => one.map((reply, attempt) => ({ sample, attempt, reply })));
    const run = (model: string, replies: readonly string[][]) => ({ model, attempts: 3, lines: attempts(replies) });
    const page = await pageData(
      await comparedReport(
        run("base", [
          ["right", "right", "wrong"],
          ["right", "right", "right"],
        ]),
        run("tuned", [
          ["wrong", "right", "wrong"],
          ["wrong", "wrong", "wrong"],
        ]),
      ),
    );
    expect(page.rows.map(({ id, attempt, pairs }) => [id.at(-1), attempt, pairs?.[0]?.change, pairs?.[0]?.stable])).toEqual(
      ["1", "0"].flatMap((id) => [0, 1, 2].map((attempt) => [id, attempt, "only_baseline", id === "1"])),
    );
  });

  test("pairs whose right answers differ are in no field of the matrix", async () => {
    const lines = (ideal: string) => [{ input: "one", ideal, reply: "right" }];
    const page = await pageData(
      await comparedReport({ model: "base", lines: lines("right") }, { model: "tuned", lines: lines("left") }),
    );
    expect(page.rows[0]?.cells).toHaveLength(2);
    expect(page.rows[0]).not.toHaveProperty("pairs");
  });

  test("two runs of one model are called as their sentence calls them; over several evals by their part", async () => {
    const run = (name: string) => reportRun({ eval: name, model: "m", lines: replies(["right"]) });
    const one = await compareRuns([run("a.dev.v1"), run("a.dev.v1")]);
    const names = [one.comparisons?.[0]?.comparison.baseline.name, one.comparisons?.[0]?.comparison.candidate.name];
    expect((await pageData(one)).columns).toEqual(names[0] === names[1] ? [names[0], `${names[1]} (2)`] : names);
    const two = await compareRuns([run("a.dev.v1"), run("a.dev.v1"), run("b.dev.v1"), run("b.dev.v1")]);
    expect((await pageData(two)).columns).toEqual(["m (baseline)", "m (candidate)"]);
  });

  test("a side without questions takes them from the other", async () => {
    const report = await comparedReport(
      { model: "base", lines: replies(["right"]) },
      { model: "tuned", lines: replies(["wrong"]) },
    );
    const [baseline, candidate] = report.runs;
    if (baseline === undefined || candidate === undefined) throw new Error("two runs");
    const bare = {
      ...baseline,
      async *samples() {
        for await (const { input: _, ideal: __, completion: ___, ...line } of baseline.samples()) yield line;
      },
    };
    const [row] = (await pageData({ ...report, runs: [bare, candidate] })).rows;
    expect(row).toMatchObject({ input: "question 0", ideal: ["right"] });
    expect(row?.cells[0]).not.toHaveProperty("text");
  });

  test("says by kind what it left out", async () => {
    const run = (model: string, of: (index: number) => string) => ({
      model,
      lines: Array.from({ length: 100 }, (_, index): LineOptions => ({ reply: of(index) })),
    });
    const report = await comparedReport(
      run("base", (index) => (index < 90 ? "right" : "wrong")),
      run("tuned", (index) => (index < 10 ? "wrong" : index < 95 ? "right" : "wrong")),
    );
    const whole = await pageData(report);
    expect(whole).not.toHaveProperty("left_out");
    const tenth = await pageData(report, JSON.stringify(whole.rows).length / 10);
    const kept = tenth.rows.length;
    expect(kept).toBeGreaterThanOrEqual(5);
    expect(tenth.rows.slice(0, 5).every(({ pairs }) => pairs?.[0]?.change === "only_baseline")).toBe(true);
    const { flips = 0, failures = 0, others = 0 } = tenth.left_out ?? {};
    expect(flips + failures + others + kept).toBe(100);
    expect(others).toBe(80);
  });

  test("without samples has the numbers that only samples tell, and no sample", async () => {
    const spec = { labels: { right: [], wrong: [] } };
    const lines = [{ reply: "right", label: "right" }];
    const page = await pageData({ ...reportOf(reportRun({ spec, lines })), samples: false });
    expect(page).toMatchObject({ rows: [], no_samples: true, total_rows: 1 });
    expect(page).not.toHaveProperty("left_out");
    expect(page.runs[0]?.confusion?.n[0]?.[0]).toBe(1);
  });
});

describe("calibration", () => {
  const line = (index: number, probability: number): LineOptions => ({
    reply: index % 2 === 0 ? "right" : "wrong",
    completion: { logprobs: [{ token: "x", logprob: Math.log(probability) }] },
  });

  test("sets probabilities of replies against how often they were right", async () => {
    const lines = Array.from({ length: 40 }, (_, index) => line(index, 0.75));
    const { runs } = await pageData(reportOf(reportRun({ lines })));
    const calibration = runs[0]?.calibration;
    expect(calibration?.n).toBe(40);
    expect(calibration?.bins).toHaveLength(1);
    expect(calibration?.bins[0]).toMatchObject({ n: 40, share: 0.5 });
    expect(calibration?.ece).toBeCloseTo(0.25, 9);
    expect(calibration?.brier).toBeCloseTo((0.25 ** 2 + 0.75 ** 2) / 2, 9);
  });

  test("takes the confidence in an answer where a scorer gives one, not the probability of its wording", async () => {
    const run = reportRun({ lines: Array.from({ length: 41 }, (_, index) => line(index, 0.25)) });
    const scored = {
      ...run,
      async *samples() {
        for await (const one of run.samples()) {
          const confidence = { name: "confidence", value: one.seq === 40 ? null : 0.75 };
          yield { ...one, scores: [...(one.scores ?? []), confidence] };
        }
      },
    };
    const { runs } = await pageData(reportOf(scored));
    expect(runs[0]?.calibration?.n).toBe(40);
    expect(runs[0]?.calibration?.bins.map(({ mean }) => mean)).toEqual([0.75]);
  });

  test.each([
    ["few replies", Array.from({ length: 19 }, (_, index) => line(index, 0.5))],
    ["no probabilities", replies(new Array(40).fill("right"))],
    ["errors alone", replies(new Array(40).fill(null))],
  ])("is not there for %s", async (_, lines) => {
    const { runs } = await pageData(reportOf(reportRun({ lines })));
    expect(runs[0]).not.toHaveProperty("calibration");
  });
});

describe("the judges' panel", () => {
  const judge = { fn: "openai", model: "judge-1" };

  test("counts what was graded, what could not be, and how far judges agree", async () => {
    const run = reportRun({ judges: [judge, { ...judge, model: "judge-2" }], lines: replies(["a", "b", "c"]) });
    const judgements = [{ judge: "judge-1", completion: { text: "Y", finish: "stop" as const, ms: 1 } }];
    const scores = [
      [
        { name: "accuracy", value: 1, passed: true, judgements, details: { agreement: 1, position_consistent: true } },
        { name: "invalid_grade", value: 0 },
      ],
      [
        { name: "accuracy", value: 0, passed: false, judgements, details: { agreement: 0.5, position_consistent: false } },
        { name: "invalid_grade", value: 1 },
      ],
      [{ name: "accuracy", value: null, judgements, unscored: { code: "score.judge-unparsed", message: "no grade" } }],
    ];
    const graded = {
      ...run,
      async *samples() {
        for await (const line of run.samples()) yield { ...line, scores: scores[line.seq] ?? [] };
      },
    };
    const { runs } = await pageData(reportOf(graded));
    expect(runs[0]?.judging).toEqual({
      judges: ["judge-1", "judge-2"],
      graded: 2,
      unscored: 1,
      invalid: 1,
      agreement: { n: 2, share: 0.75 },
      consistent: { n: 2, share: 0.5 },
    });
  });

  test("is not there where no model judged", async () => {
    const { runs } = await pageData(reportOf(reportRun({ lines: replies(["right"]) })));
    expect(runs[0]).not.toHaveProperty("judging");
  });
});

describe("the confusion table", () => {
  const spec = { labels: { cat: ["kitten"], dog: [] } };
  const line = (ideal: string, label: string | undefined): LineOptions => ({
    ideal,
    reply: label ?? "?",
    passed: ideal === label,
    ...(label !== undefined && { label }),
  });

  test("counts what was taken for what, aliases as their label, other replies apart", async () => {
    const lines = [
      line("cat", "cat"),
      line("kitten", "cat"),
      line("cat", "dog"),
      line("dog", undefined),
      { reply: null, ideal: "dog" },
    ];
    const page = await pageData(reportOf(reportRun({ spec, lines })));
    expect(page.runs[0]?.confusion).toEqual({
      right: ["cat", "dog"],
      said: ["cat", "dog", "other reply"],
      n: [
        [2, 1, 0],
        [0, 0, 1],
      ],
    });
  });

  test.each([
    ["no labels", {}],
    ["more labels than a table can show", { labels: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`l${i}`, []])) }],
  ])("is not there for %s", async (_, other) => {
    const page = await pageData(reportOf(reportRun({ spec: other, lines: [line("l1", "l1")] })));
    expect(page.runs[0]).not.toHaveProperty("confusion");
  });
});

describe("where the numbers come from", () => {
  test("names the run, the hashes and what was sent", async () => {
    const page = await pageData(
      reportOf(reportRun({ lines: [{ reply: "right", completion: { adjusted: ["temperature: dropped"] } }] })),
    );
    const facts = Object.fromEntries(page.runs[0]?.provenance ?? []);
    expect(facts).toMatchObject({
      "Eval spec hash": "00112233aabbccdd",
      "Data hash": "ddccbbaa33221100",
      "Sampling sent": "temperature 0",
      "Adjusted parameters": "temperature: dropped",
      "Order, seed": "file, 1",
    });
  });

  test.each([
    ["gpt-4.1-mini", "finegauge run gpt-4.1-mini capitals.dev.v1 --order file --temperature 0 --seed 1"],
    ["openai:gpt-4o", "finegauge run openai:gpt-4o capitals.dev.v1 --order file --temperature 0 --seed 1"],
    ["x; rm -rf ~", "finegauge run 'x; rm -rf ~' capitals.dev.v1 --order file --temperature 0 --seed 1"],
    ["it's $(id)", "finegauge run 'it'\\''s $(id)' capitals.dev.v1 --order file --temperature 0 --seed 1"],
  ])("the command for %s can be pasted into a shell", async (model, command) => {
    const page = await pageData(reportOf(reportRun({ model, lines: replies(["right"]) })));
    expect(page.runs[0]?.command).toBe(command);
  });
});
