import { describe, expect, test } from "vitest";
import { parseBudget } from "./budget.ts";

describe("parseBudget", () => {
  test.each([
    ["$5", { usd: 5 }],
    ["5usd", { usd: 5 }],
    [" 5 USD ", { usd: 5 }],
    ["0.50$", { usd: 0.5 }],
    ["$ 0.5", { usd: 0.5 }],
    ["200tokens", { tokens: 200 }],
    ["200ktokens", { tokens: 200_000 }],
    ["1.5mtokens", { tokens: 1_500_000 }],
    [" 2 MTokens ", { tokens: 2_000_000 }],
    ["90s", { ms: 90_000 }],
    ["30min", { ms: 1_800_000 }],
    ["0.5h", { ms: 1_800_000 }],
    ["$5, 30min,1mtokens", { usd: 5, ms: 1_800_000, tokens: 1_000_000 }],
    ["$5,3usd", { usd: 3 }],
  ])("takes %s", (text, budget) => expect(parseBudget([text])).toEqual(budget));

  test("takes several, the smaller of two in one unit", () => {
    expect(parseBudget(["$5", "1h", "30min,$9"])).toEqual({ usd: 5, ms: 1_800_000 });
  });

  test.each([
    "",
    "5",
    "$",
    "$5usd",
    "$5$",
    "$0",
    "-$1",
    "tokens",
    "0s",
    "-1h",
    "1e3s",
    "10 dollars",
    "5min30",
    "1.s",
    "5constructor",
    "$5,",
  ])("refuses %j", (text) => {
    expect(() => parseBudget([text])).toThrow(expect.objectContaining({ code: "cli.usage" }));
  });
});
