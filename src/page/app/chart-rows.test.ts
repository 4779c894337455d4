import { describe, expect, test } from "vitest";
import type { Metric } from "../../core/metric.ts";
import type { PageData } from "../page-data.ts";
import { axisOf, chartOf } from "./chart-rows.ts";

const metric = (value: number | null, name = "accuracy"): Metric =>
  ({
    name,
    value,
    interval: value === null ? null : { low: value - 0.05, high: value + 0.05 },
    n: 100,
    unit: "1",
  }) as unknown as Metric;

function page(evals: number, columns: number, skip: (evalIndex: number, column: number) => boolean = () => false): PageData {
  const runs = Array.from({ length: evals }, (_, evalIndex) =>
    Array.from({ length: columns }, (_, column) => ({ eval: evalIndex, column, metrics: [metric(0.5)], slices: [] })),
  );
  return {
    evals: Array.from({ length: evals }, (_, index) => ({ name: `eval ${index}` })),
    columns: Array.from({ length: columns }, (_, index) => `model ${index}`),
    runs: runs.flat().filter((run) => !skip(run.eval, run.column)),
  } as unknown as PageData;
}

describe("chartOf", () => {
  test.each([
    ["few models go across", 3, 2, { rows: 3, series: 2, points: 6 }],
    ["many models go down", 2, 8, { rows: 8, series: 2, points: 16 }],
    ["one eval is a ranking", 1, 3, { rows: 3, series: 1, points: 3 }],
    ["too many of both have a row each", 7, 7, { rows: 49, series: 1, points: 49 }],
  ])("%s", (_, evals, columns, sizes) => {
    const chart = chartOf(page(evals, columns), "accuracy", "percent");
    expect({ rows: chart.rows.length, series: chart.series.length, points: chart.points.length }).toEqual(sizes);
  });

  test("leaves out what was not run, and keeps the places of the rest", () => {
    const chart = chartOf(
      page(2, 2, (evalIndex, column) => evalIndex === 0 && column === 1),
      "accuracy",
      "percent",
    );
    expect(chart.points.map(({ row, series }) => [row, series])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
  });

  test("a single run is shown with its slices, those without a value as empty rows", () => {
    const data = page(1, 1);
    const values = [
      { value: "disk", metric: metric(0.4) },
      { value: "auth", metric: metric(null) },
    ];
    const runs = [{ ...data.runs[0], slices: [{ path: "metadata.label", values }] }];
    const chart = chartOf({ ...data, runs } as PageData, "accuracy", "percent");
    expect(chart.rows).toEqual(["all samples", "disk", "auth"]);
    expect(chart.points.map(({ row, value }) => [row, value])).toEqual([
      [0, 0.5],
      [1, 0.4],
    ]);
  });
});

describe("axisOf", () => {
  const ends = (low: number, high: number, scale: "percent" | "plain" = "percent") =>
    axisOf({ scale, points: [{ row: 0, series: 0, value: low, low, high, n: 1 }] });

  test.each([
    [0.31, 0.96, { min: 0.3, max: 1 }],
    [0.3, 0.9, { min: 0.3, max: 0.9 }],
    [0.95, 0.99, { min: 0.8, max: 1 }],
    [0, 0.037, { min: 0, max: 0.2 }],
    [0.51, 0.55, { min: 0.4, max: 0.6 }],
  ])("shares from %d to %d", (low, high, axis) => {
    expect(ends(low, high)).toEqual(axis);
  });

  test("other numbers get air, but none below zero that they have not", () => {
    expect(ends(1, 11, "plain")).toEqual({ min: 0, max: 12 });
    expect(ends(-1, 1, "plain")).toEqual({ min: -1.2, max: 1.2 });
    expect(ends(5, 5, "plain")).toEqual({ min: 4.5, max: 5.5 });
  });
});
