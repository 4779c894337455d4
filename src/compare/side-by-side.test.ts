import { expect, test } from "vitest";
import type { Metric } from "../core/metric.ts";
import type { RunLine } from "../core/run-line.ts";
import { primaryMetric, type RunSummary, sideBySide } from "./side-by-side.ts";

const named = (name: string, value: number): Metric => ({
  name,
  value,
  se: null,
  interval: null,
  n: 10,
  groups: null,
  errors: 0,
  unscored: 0,
  better: "higher",
  unit: "1",
});

const run = (id: string, evalName: string, model: string, value: number, started = "2026-11-20T10:00:00Z"): RunSummary => ({
  // The rest of a first line plays no part here.
  run: { id, eval: evalName, completion_fn: model, started } as RunLine,
  status: "complete",
  metrics: [named("f1_score", 0.1), named("accuracy", value)],
});

test("puts models across and evals down, in the order in which they come, with gaps where nothing was run", () => {
  const table = sideBySide([
    run("1", "tickets", "base", 0.3),
    run("2", "general", "tuned", 0),
    run("3", "tickets", "tuned", 0.9),
  ]);
  expect(table.models).toEqual(["base", "tuned"]);
  expect(table.rows.map(({ eval: name, cells }) => [name, ...cells.map((cell) => cell?.metric?.value)])).toEqual([
    ["tickets", 0.3, 0.9],
    ["general", undefined, 0],
  ]);
});

test("shows the newest of several runs of a pair, whatever their order", () => {
  const old = run("1", "tickets", "base", 0.3);
  const newer = run("2", "tickets", "base", 0.4, "2026-11-21T10:00:00Z");
  const twin = run("3", "tickets", "base", 0.5, "2026-11-21T10:00:00Z");
  for (const runs of [
    [old, newer, twin],
    [twin, newer, old],
    [newer, twin, old],
  ]) {
    expect(sideBySide(runs).rows[0]?.cells[0]?.run).toBe("3");
  }
});

test("a run is judged by accuracy, else by its first metric", () => {
  expect(primaryMetric([named("f1_score", 1), named("accuracy", 0)])?.name).toBe("accuracy");
  expect(primaryMetric([named("grade", 1), named("errors", 0)])?.name).toBe("grade");
  expect(primaryMetric([])).toBeUndefined();
});
