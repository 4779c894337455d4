import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { ended } from "../../test/support/run-values.ts";
import type { Metric } from "../core/metric.ts";
import type { EndLine } from "../core/run-line.ts";
import type { FinishedRun } from "./run-pair.ts";
import { runSummary } from "./run-summary.ts";

const accuracy: Metric = {
  name: "accuracy",
  value: 0.9,
  se: 0.1,
  interval: { low: 0.596, high: 0.982, level: 0.95, sides: 2, method: "wilson" },
  n: 10,
  groups: null,
  errors: 0,
  unscored: 0,
  better: "higher",
  unit: "1",
};

function finished(more: Partial<FinishedRun> & { end?: EndLine } = {}): FinishedRun {
  const end = ended({ metrics: [accuracy] });
  const base = { id: "01JD", file: "/runs/one.jsonl", eval: "tickets.v1", model: "mock", samples: 10 };
  return { ...base, end, failure: undefined, previous: undefined, ...more };
}

const summary = async (runs: readonly FinishedRun[], page?: string) =>
  (await runSummary(runs, page)).map(stripVTControlCharacters);

describe("runSummary", () => {
  test("gives a run's accuracy, interval, n and time, and where to look", async () => {
    const [head, row, ...rest] = await summary([finished()], "/runs/report.html");
    expect(head).toMatch(/eval +model +accuracy +95 % interval +n +time/);
    expect(row).toMatch(/tickets\.v1 +mock +90\.0 % +59\.6–98\.2 +10 +1 min$/);
    expect(rest).toEqual(["report  /runs/report.html", "next    open it, or finegauge report 01JD --format md"]);
  });

  test("names the run file and the next command where no page was written", async () => {
    expect((await summary([finished(), finished({ id: "01JE" })])).slice(-2)).toEqual([
      "run     /runs/one.jsonl",
      "next    finegauge report 01JD 01JE",
    ]);
  });

  const scores = { clean: { ...accuracy, value: 0.8, n: 8 }, leaked: { ...accuracy, value: 1, interval: null, n: 2 } };
  const leakage = { train: "train.jsonl", train_hash: "a1", train_rows: 9, leaked: 2, scores };

  test("says of a run over leaked samples what is left of its score", async () => {
    const { scores: _, ...none } = { ...leakage, leaked: 0 };
    const said = (await summary([finished({ leakage: none, model: "b" }), finished({ leakage })])).filter((line) =>
      line.startsWith("leak"),
    );
    expect(said).toEqual([
      "leakage mock on tickets.v1: 2 of 10 samples are in train.jsonl; without them 80.0 % (59.6–98.2) of 8, on them 100.0 % of 2",
    ]);
  });

  test("says it once of an eval, with the score of every model that ran it, and of no more than two evals", async () => {
    const evals = ["a.v1", "b.v1", "c.v1"];
    const runs = ["mock", "other"].flatMap((model) => evals.map((name) => finished({ leakage, model, eval: name })));
    const said = (await summary(runs)).filter((line) => line.startsWith("leak"));
    const rest = "2 of 10 samples are in train.jsonl; without them mock 80.0 %, other 80.0 %";
    expect(said).toEqual([`leakage a.v1: ${rest}`, `leakage b.v1: ${rest}`]);
  });

  test("writes grades from 1 to 5 as they are, under their name", async () => {
    const interval = { low: 2.9, high: 4.1, level: 0.95, sides: 2 as const, method: "clt-t" };
    const graded = finished({ end: ended({ metrics: [{ ...accuracy, name: "score", value: 3.5, interval }] }) });
    const [head, row] = await summary([graded]);
    expect(head).toMatch(/model +score +95 % interval/);
    expect(row).toMatch(/mock +3\.500? +2\.900?–4\.100? +10 /);
    expect((await summary([graded, finished()]))[0]).toMatch(/model +score +95/);
  });

  test("sends nobody to a run that has no file", async () => {
    expect(await summary([finished({ file: undefined })])).toHaveLength(2);
  });

  test("counts beside accuracy what is not zero", async () => {
    const counts = { ...ended().counts, errors: 1, unscored: 2, cut_off: 3, invalid_label: 4 };
    const [, row] = await summary([finished({ end: ended({ metrics: [accuracy], counts }) })]);
    expect(row).toMatch(/ {2}1 error, 2 unscored, 3 cut off, 4 invalid labels$/);
  });

  test("says why there is no interval, and nothing of a run without metrics", async () => {
    const bare = { ...accuracy, interval: null, reason: "too few groups" };
    const [, first, second] = await summary([finished({ end: ended({ metrics: [bare] }) }), finished({ end: ended() })]);
    expect(first).toMatch(/too few groups$/);
    expect(second).toMatch(/mock +– +0 +1 min$/);
  });

  test.each([
    { reason: "run.interrupted", why: "interrupted" },
    { reason: "run.budget-spent", why: "the budget is spent" },
  ])("says how a run stopped by $reason is gone on with", async ({ reason, why }) => {
    const end = ended({ status: "stopped", reason, counts: { ...ended().counts, done: 4 } });
    expect(await summary([finished({ end })])).toContain(
      `${why} at 4 of 10; the same command again goes on with it (--resume 01JD)`,
    );
  });

  test.each([1, 2, 8, 9, 100])("takes at most 15 lines for %d stopped runs", async (count) => {
    const end = ended({ status: "stopped", reason: "run.interrupted", metrics: [accuracy] });
    const lines = await summary(Array.from({ length: count }, () => finished({ end })));
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(lines.some((line) => line === `and ${count - 8} more; the report has them all`)).toBe(count > 8);
  });
});
