import { describe, expect, test } from "vitest";
import {
  age,
  change,
  changeRange,
  changeSize,
  duration,
  figure,
  fileSize,
  howMany,
  mainMetric,
  moment,
  naturalCount,
  range,
  scaleOf,
} from "./figures.ts";
import type { Metric } from "./metric.ts";

const metric = (part: Partial<Metric>): Metric => ({
  name: "accuracy",
  value: 0.948,
  se: null,
  interval: { low: 0.927, high: 0.964, level: 0.95, sides: 2, method: "wilson" },
  n: 500,
  groups: null,
  errors: 0,
  unscored: 0,
  better: "higher",
  unit: "1",
  ...part,
});

describe("figures", () => {
  test.each([
    [0.948, "percent", "94.8 %"],
    [0, "percent", "0.0 %"],
    [1, "percent", "100.0 %"],
    [0.9997, "percent", "99.97 %"],
    [0.0002, "percent", "0.02 %"],
    [0.5126, "plain", "0.513"],
    [-0.25, "plain", "−0.250"],
    [-0.0004, "plain", "0.000"],
    [12345.6, "plain", "12,346"],
    [181.6, "ms", "182 ms"],
    [0.0021, "usd", "$0.0021"],
    [0.0000012, "usd", "$0.0000012"],
    [1e-7, "usd", "$0.00000010"],
    [12.3, "usd", "$12.30"],
    [1204, "tokens", "1,204"],
  ] as const)("writes %d as %s: %s", (value, scale, text) => {
    expect(figure(value, scale)).toBe(text);
  });

  test("writes an interval without repeating the unit", () => {
    expect(range({ low: 0.9274, high: 0.964 }, "percent")).toBe("92.7–96.4");
  });

  test.each([
    ["shares", [metric({}), metric({ value: 0.2 })], "percent"],
    ["a value above 1 among shares", [metric({}), metric({ value: 1.2 })], "plain"],
    ["an interval below 0", [metric({ interval: { low: -0.1, high: 0.3, level: 0.95, sides: 2, method: "x" } })], "plain"],
    ["nothing available", [metric({ value: null, interval: null })], "percent"],
    ["nats", [metric({ unit: "nats" })], "plain"],
    ["milliseconds", [metric({ unit: "ms", value: 12, interval: null })], "ms"],
  ] as const)("chooses one scale for %s", (_, metrics, scale) => {
    expect(scaleOf(metrics)).toBe(scale);
  });
});

describe("natural counts", () => {
  test.each([
    ["a share of n", metric({ value: 569 / 600, n: 600 }), { right: 569, of: 600 }],
    ["a mean of parts", metric({ value: 0.5005, n: 10 }), undefined],
    ["nothing scored", metric({ value: null, n: 0 }), undefined],
    ["another unit", metric({ unit: "ms", value: 0.5, n: 10 }), undefined],
  ])("of %s", (_, from, counts) => {
    expect(naturalCount(from)).toEqual(counts);
  });
});

test("the main metric is accuracy wherever it stands", () => {
  const others = [metric({ name: "f1_score" }), metric({})];
  expect(mainMetric(others)?.name).toBe("accuracy");
  expect(mainMetric(others.slice(0, 1))?.name).toBe("f1_score");
});

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [1000, "1.0 s"],
  [9949, "9.9 s"],
  [9950, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min"],
  [61_000, "1 min 1 s"],
  [200_000, "3 min 20 s"],
  [3_599_499, "59 min 59 s"],
  [3_599_500, "1 h"],
  [7_500_000, "2 h 5 min"],
])("duration(%d ms) is %s", (ms, text) => expect(duration(ms)).toBe(text));

test.each([
  [-5, "0 s"],
  [59_400, "59 s"],
  [59_600, "1 min"],
  [3_560_000, "59 min"],
  [3_599_000, "1 h"],
  [47.4 * 3_600_000, "47 h"],
  [48 * 3_600_000, "2 days"],
  [3.4 * 86_400_000, "3 days"],
])("an age of %d ms is %s", (ms, text) => expect(age(ms)).toBe(text));

test("a moment reads the same in every time zone, and what is no time is left alone", () => {
  expect(moment("2026-11-20T23:59:30.000Z")).toBe("20 Nov 2026, 23:59 UTC");
  expect(moment("soon")).toBe("soon");
});

describe("differences", () => {
  test.each([
    [-0.0321, 0.0012, "percent", "−3.2 to +0.1"],
    [-0.00018, 0.00018, "percent", "−0.02 to +0.02"],
    [-0.5, -0.25, "plain", "−0.500 to −0.250"],
    [0, 0, "percent", "±0.0 to ±0.0"],
  ] as const)("an interval from %d to %d never looks as if it had no width", (low, high, scale, text) => {
    expect(changeRange({ low, high }, scale)).toBe(text);
  });

  test.each([
    [0.02, "percent", "2.0 points"],
    [-0.0003, "percent", "0.03 points"],
    [0, "percent", "0.0 points"],
    [12.4, "ms", "12 ms"],
  ] as const)("the size of %d never looks like nothing", (value, scale, text) => {
    expect(changeSize(value, scale)).toBe(text);
  });

  test("no number is wider than a table", () => {
    expect(figure(1e200, "plain")).toBe("1.00e+200");
    expect(figure(1e-300, "percent")).toBe("<0.00001 %");
    expect(change(-0.0123, "percent")).toBe("−1.2 points");
  });
});

test.each([
  [1, "1 sample"],
  [0, "0 samples"],
  [1234, "1,234 samples"],
])("%d samples are %s", (n, text) => {
  expect(howMany(n, "sample")).toBe(text);
});

test("a noun may have a plural of its own", () => {
  expect([howMany(1, "reply", "replies"), howMany(2000, "reply", "replies")]).toEqual(["1 reply", "2,000 replies"]);
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.00 kB"],
  [555_264, "555 kB"],
  [999_499, "999 kB"],
  [999_600, "1.00 MB"],
  [1_897_728, "1.90 MB"],
  [9_996_000, "10.0 MB"],
  [99_960_000, "100 MB"],
  [4_368_439_424, "4.37 GB"],
  [2e15, "2000 TB"],
])("fileSize(%d) is %s", (bytes, text) => expect(fileSize(bytes)).toBe(text));
