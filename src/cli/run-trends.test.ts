import { describe, expect, test } from "vitest";
import { ended, runLine } from "../../test/support/run-values.ts";
import type { Metric } from "../core/metric.ts";
import type { EndLine } from "../core/run-line.ts";
import type { ListedRun } from "../runs/index.ts";
import { trendLines, trendsOf } from "./run-trends.ts";

const accuracy = (right: number, n = 10): Metric => ({
  name: "accuracy",
  value: right / n,
  se: null,
  interval: { low: 0.1, high: 0.9, level: 0.95, sides: 2, method: "wilson" },
  n,
  groups: null,
  errors: 0,
  unscored: 0,
  better: "higher",
  unit: "1",
});

/** Started `day`; newest first is the caller's business. */
function listed(
  day: number,
  right: number,
  more: { model?: string; status?: EndLine["status"]; hash?: string; selected?: number; seed?: number } = {},
): ListedRun {
  const { model = "m", status = "complete", hash = "d", selected = 10, seed = 0 } = more;
  const run = runLine({ id: `run ${day}`, started: `2026-11-0${day}T10:00:00.000Z`, completion_fn: model });
  const data = { ...run.data, hash, selected, seed, order: "shuffle" };
  return {
    file: `${day}.jsonl`,
    run: { ...run, data },
    end: ended({ status, metrics: [accuracy(right)] }),
    locked: false,
    touched: 0,
  };
}

const more = (runs: readonly ListedRun[], byModel = true) =>
  trendsOf(runs, { byModel }).map((trend) => trend.runs.map((one) => one.more));

describe("trendsOf", () => {
  test("has the oldest first, each with how many more were right than before", () => {
    expect(more([listed(3, 5), listed(2, 8), listed(1, 8)])).toEqual([[undefined, 0, -3]]);
  });

  test("follows each model alone, or all of them together", () => {
    const runs = [listed(3, 9, { model: "m-2" }), listed(2, 4), listed(1, 2)];
    expect(trendsOf(runs, { byModel: true }).map(({ model, runs: steps }) => [model, steps.length])).toEqual([
      ["m", 2],
      ["m-2", 1],
    ]);
    const [together] = trendsOf(runs, { byModel: false });
    expect(together).toMatchObject({ model: undefined, runs: [{ model: "m" }, { more: 2 }, { model: "m-2", more: 5 }] });
  });

  test.each([
    { name: "other data", now: listed(2, 9, { hash: "e" }) },
    { name: "fewer samples", now: listed(2, 9, { selected: 5 }) },
  ])("counts nothing against a run of $name", ({ now }) => {
    expect(more([now, listed(1, 2)])).toEqual([[undefined, undefined]]);
    expect(trendLines(trendsOf([now, listed(1, 2)], { byModel: true })).at(-1)).toContain("other samples");
  });

  test("parts of the data are the same samples only in the same order", () => {
    expect(more([listed(2, 9, { selected: 5 }), listed(1, 2, { selected: 5 })])).toEqual([[undefined, 7]]);
    expect(more([listed(2, 9, { selected: 5, seed: 1 }), listed(1, 2, { selected: 5 })])).toEqual([[undefined, undefined]]);
    expect(more([listed(2, 9, { seed: 1 }), listed(1, 2)])).toEqual([[undefined, 7]]);
  });

  test("leaves out what is not complete, and all but the newest that are asked for", () => {
    const runs = [listed(4, 1, { status: "stopped" }), listed(3, 5), listed(2, 8), listed(1, 8)];
    expect(trendsOf(runs, { byModel: true, last: 2 })[0]?.runs.map(({ id }) => id)).toEqual(["run 2", "run 3"]);
  });
});

test("a trend is drawn with counts in words", () => {
  const lines = trendLines(trendsOf([listed(3, 5), listed(2, 9), listed(1, 9)], { byModel: true })).map((line) => line.trim());
  expect(lines.slice(1)).toEqual([
    "2026-11-01 10:00  90.0 %  10.0–90.0  10",
    "2026-11-02 10:00  90.0 %  10.0–90.0  10  as many right",
    "2026-11-03 10:00  50.0 %  10.0–90.0  10  4 fewer right",
  ]);
});
