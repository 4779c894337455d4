import { describe, expect, test } from "vitest";
import { type LineOptions, reportOf, reportRun } from "../../test/support/report-fixture.ts";
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
