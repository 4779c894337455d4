import { describe, expect, test } from "vitest";
import type { Metric } from "../core/metric.ts";
import { countsSentence, percent } from "./sentence.ts";

const metric = (more: Partial<Metric>): Metric => ({
  name: "accuracy",
  value: 569 / 600,
  se: 0.009,
  interval: { low: 0.927597, high: 0.963365, level: 0.95, sides: 2, method: "wilson" },
  n: 600,
  groups: null,
  errors: 0,
  unscored: 0,
  better: "higher",
  unit: "1",
  ...more,
});

test.each([
  [0.948333, "94.8"],
  [0, "0.0"],
  [1, "100.0"],
  [0.9999, "99.99"],
  [0.99996, "99.996"],
  [0.0001, "0.01"],
])("percent of %d is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

describe("countsSentence", () => {
  test.each<[string, Partial<Metric>]>([
    ["569 of 600 right (94.8 %, 95 % interval 92.8 to 96.3)", {}],
    [
      "0 of 600 failed (0.0 %, 95 % interval 0.0 to 0.6)",
      {
        name: "errors",
        value: 0,
        interval: { low: 0, high: 0.006, level: 0.95, sides: 2, method: "clopper-pearson" },
      },
    ],
    [
      "1 of 4 right (25.0 %, no interval: only 2 groups: too few for an interval)",
      {
        value: 0.25,
        n: 4,
        interval: null,
        reason: "only 2 groups: too few for an interval",
      },
    ],
    ["about 2 of 3 right (50.0 %, 95 % interval 92.8 to 96.3)", { value: 0.5, n: 3 }],
    ["f1_score 0.8123 (n 600, 95 % interval 0.9276 to 0.9634)", { name: "f1_score", value: 0.81234 }],
    ["accuracy: not available, there is no value", { value: null, reason: "there is no value" }],
  ])("%s", (sentence, more) => {
    expect(countsSentence(metric(more))).toBe(sentence);
  });
});
