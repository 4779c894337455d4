import { describe, expect, test } from "vitest";
import type { Delta, SliceDelta } from "../../core/comparison.ts";
import type { PageComparison, PageData } from "../page-data.ts";
import { forestAxis, forestsOf, pText, tickText } from "./forest-rows.ts";

function delta(value: number | null, more: Partial<Delta> & { level?: number } = {}): Delta {
  const { level = 0.5, ...rest } = more;
  return {
    metric: "accuracy",
    unit: "1",
    better: "higher",
    baseline: { value: level, interval: null, unit: "1" },
    candidate: { value: level + (value ?? 0), interval: null, unit: "1" },
    value,
    interval: value === null ? null : { low: value - 0.1, high: value + 0.1 },
    n: 10,
    p: 0.01,
    p_adjusted: null,
    ...rest,
  } as unknown as Delta;
}

function comparison(on: number, own: Delta, more: Partial<PageComparison> = {}): PageComparison {
  const candidate = { name: "tuned" };
  return { on, primary: "accuracy", deltas: [own], slices: [], margin: null, candidate, ...more } as unknown as PageComparison;
}

function page(evals: number, comparisons: readonly PageComparison[]): PageData {
  return { evals: Array.from({ length: evals }, (_, at) => ({ name: `eval ${at}` })), comparisons } as unknown as PageData;
}

const slice = (value: string, own: Delta, path = "metadata.label"): SliceDelta => ({ path, value, delta: own });

describe("forestsOf", () => {
  test("a row for each eval, and its slices under it with the samples behind them", () => {
    const [forest] = forestsOf(
      page(2, [comparison(0, delta(0.2), { slices: [slice("disk", delta(0.1))] }), comparison(1, delta(-0.2))]),
      9,
    );
    expect(forest?.rows.map(({ label, path, filter }) => ({ label, path, filter }))).toEqual([
      { label: "eval 0", path: undefined, filter: { eval: 0 } },
      { label: "disk", path: "metadata.label", filter: { eval: 0, slice: { path: "metadata.label", value: "disk" } } },
      { label: "eval 1", path: undefined, filter: { eval: 1 } },
    ]);
  });

  test("one comparison is called all samples; slices of several keys say their key", () => {
    const slices = [slice("disk", delta(0)), slice("long", delta(0), "metadata.length")];
    const [forest] = forestsOf(page(1, [comparison(0, delta(0), { slices })]), 9);
    expect(forest?.rows.map(({ label }) => label)).toEqual(["All samples", "label: disk", "length: long"]);
  });

  test("several candidates on one eval are told apart by their names", () => {
    const other = { candidate: { name: "other" } } as unknown as Partial<PageComparison>;
    const [forest] = forestsOf(page(1, [comparison(0, delta(0)), comparison(0, delta(0), other)]), 9);
    expect(forest?.rows.map(({ label }) => label)).toEqual(["tuned", "other"]);
  });

  test("metrics on other scales make plots of their own", () => {
    const ms = (value: number) => delta(value, { unit: "ms" } as Partial<Delta>);
    const own = ms(5);
    const slow = { ...own, baseline: { ...own.baseline, unit: "ms" }, candidate: { ...own.candidate, unit: "ms" } } as Delta;
    expect(forestsOf(page(2, [comparison(0, delta(0.1)), comparison(1, slow)]), 9).map(({ scale }) => scale)).toEqual([
      "percent",
      "ms",
    ]);
  });

  test.each([
    ["more is better, it rose", "higher", 0.1, 0.01, "better"],
    ["more is better, it fell", "higher", -0.1, 0.01, "worse"],
    ["less is better, it fell", "lower", -0.1, 0.01, "better"],
    ["it may be chance", "higher", 0.1, 0.2, "unclear"],
    ["it was not measured", "higher", null, null, "unclear"],
  ] as const)("the colour says what is sure: %s", (_, better, value, p, tone) => {
    expect(forestsOf(page(1, [comparison(0, delta(value, { better, p }))]), 9)[0]?.rows[0]?.tone).toBe(tone);
  });

  test("a slice counts as changed by its adjusted p", () => {
    const slices = [slice("a", delta(0.1, { p: 0.01, p_adjusted: 0.2 })), slice("b", delta(0.1, { p: 0.01, p_adjusted: 0.03 }))];
    const [forest] = forestsOf(page(1, [comparison(0, delta(0), { slices })]), 9);
    expect(forest?.rows.slice(1).map(({ tone }) => tone)).toEqual(["unclear", "better"]);
  });

  test("too many slices: what changed for sure stays, then the largest, and the rest is counted", () => {
    const slices = [
      slice("large", delta(0, { n: 50, p_adjusted: 0.9 })),
      slice("middle", delta(0, { n: 30, p_adjusted: 0.9 })),
      slice("small", delta(0.5, { n: 5, p_adjusted: 0.01 })),
    ];
    const [forest] = forestsOf(page(1, [comparison(0, delta(0), { slices })]), 2);
    expect(forest?.rows.map(({ label }) => label)).toEqual(["All samples", "large", "small"]);
    expect(forest?.hidden).toBe(1);
  });

  test("the margin is drawn on the side that is worse, beside the rows it is for", () => {
    const [forest] = forestsOf(
      page(3, [
        comparison(0, delta(0), { margin: 0.02, slices: [slice("a", delta(0))] }),
        comparison(1, delta(0, { better: "lower" }), { margin: 0.05 }),
        comparison(2, delta(0)),
      ]),
      9,
    );
    expect(forest?.margins).toEqual([
      { value: -0.02, from: 0, to: 1 },
      { value: 0.05, from: 2, to: 2 },
    ]);
    expect(forest?.better).toBeNull();
  });
});

test("the axis holds zero, every interval and every margin", () => {
  const rows = forestsOf(page(1, [comparison(0, delta(0.3))]), 9)[0]?.rows ?? [];
  const { min, max } = forestAxis({ rows, margins: [{ value: -0.5, from: 0, to: 0 }], scale: "percent" });
  expect(min).toBeLessThan(-0.5);
  expect(max).toBeGreaterThan(0.4);
  const all = forestAxis({ rows, margins: [{ value: -1, from: 0, to: 0 }], scale: "percent" });
  expect(all.min).toBeGreaterThan(-1.05);
});

test.each([
  [0.2, "percent", "+20"],
  [-0.005, "percent", "−0.5"],
  [0, "percent", "0"],
  [1e-17, "percent", "0"],
  [1500, "ms", "+1,500"],
  [-0.012, "plain", "−0.012"],
] as const)("%d on an axis of %s is %s", (value, scale, text) => {
  expect(tickText(value, scale)).toBe(text);
});

test.each([
  [0.0001, "< 0.001"],
  [0.0123, "0.012"],
  [0.5, "0.50"],
])("p of %d is %s", (p, text) => {
  expect(pText(p)).toBe(text);
});
