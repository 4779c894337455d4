import { describe, expect, test } from "vitest";
import type { Metric } from "../core/metric.ts";
import { percent, percentRange, short } from "./numbers.ts";

test.each([
  [null, "–"],
  [0, "0.0 %"],
  [0.0004, "0.0 %"],
  [0.948, "94.8 %"],
  [1, "100.0 %"],
])("percent(%s) is %s", (value, text) => expect(percent(value)).toBe(text));

test.each([
  [0, "0"],
  [999.4, "999"],
  [999.6, "1.0k"],
  [1000, "1.0k"],
  [9949, "9.9k"],
  [9950, "10k"],
  [12_300, "12k"],
  [999_499, "999k"],
  [999_500, "1.0M"],
  [4_500_000, "4.5M"],
])("short(%d) is %s", (value, text) => expect(short(value)).toBe(text));

describe("percentRange", () => {
  const metric: Metric = {
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
  };
  test("gives both ends of the interval, and nothing where there is none", () => {
    expect(percentRange(metric)).toBe("92.7–96.4");
    expect(percentRange({ ...metric, interval: null })).toBe("");
  });
});
