import { describe, expect, test } from "vitest";
import { answered, failed } from "../../test/support/run-values.ts";
import { parseBudget, watchBudget } from "./budget.ts";

describe("parseBudget", () => {
  test.each([
    ["200tokens", "tokens", 200],
    ["200ktokens", "tokens", 200_000],
    ["1.5mtokens", "tokens", 1_500_000],
    [" 2 MTokens ", "tokens", 2_000_000],
    ["90s", "ms", 90_000],
    ["30min", "ms", 1_800_000],
    ["0.5h", "ms", 1_800_000],
  ])("takes %s", (text, unit, limit) => expect(parseBudget(text)).toEqual({ unit, limit }));

  test.each(["", "5", "tokens", "0s", "-1h", "1e3s", "10 dollars", "5min30", "1.s", "5constructor"])("refuses %j", (text) => {
    expect(() => parseBudget(text)).toThrow(expect.objectContaining({ code: "cli.usage" }));
  });
});

describe("watchBudget", () => {
  const usage = { input: 30, output: 20 };
  const reply = { text: "yes", finish: "stop" as const, ms: 1, usage };

  test("counts the tokens of every reply of this session, and stops once they are spent", () => {
    const watch = watchBudget({ unit: "tokens", limit: 150 });
    watch.observe(answered(0, { completion: reply }), true);
    watch.observe(failed(1));
    watch.observe(answered(2));
    watch.observe(answered(3, { completion: { ...reply, cached: true } }));
    watch.observe(answered(4, { completion: reply, more: { second: [reply, { logprob: -1, tokens: 900, greedy: true }] } }));
    expect(watch.stop?.()).toBeNull();
    watch.observe(answered(5, { completion: reply }));
    expect(watch.stop?.()).toBe("run.budget-spent");
  });

  test("counts time from when it was made, and no tokens then", () => {
    let now = 5000;
    const watch = watchBudget({ unit: "ms", limit: 1000 }, () => now);
    watch.observe(answered(0, { completion: { ...reply, usage: { input: 1e9, output: 0 } } }));
    now = 5999;
    expect(watch.stop?.()).toBeNull();
    now = 6000;
    expect(watch.stop?.()).toBe("run.budget-spent");
  });
});
