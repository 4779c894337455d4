import { describe, expect, test } from "vitest";
import { type Foreseen, refuseBeyond } from "./budget-foresight.ts";

const price = { price: { input: 1, output: 1 }, source: "own" };

function run(
  leastUsd: number | undefined,
  leastTokens: number,
  reference: Foreseen["reference"] = { name: "mock", class: "http", price },
): Foreseen {
  return {
    reference,
    prospect: {
      requests: 10,
      tokens: { input: leastTokens, output: 10, by: "limit" as const },
      usd: 100,
      left: { usd: 100, leastUsd, leastTokens },
      ms: undefined,
    },
  };
}

describe("refuseBeyond", () => {
  test.each([
    {
      name: "dollars that all runs together do not keep to",
      budget: { usd: 5 },
      says: /at least \$6\.00, and the budget is \$5\.00/,
    },
    { name: "tokens likewise", budget: { tokens: 15_000 }, says: /at least 20k tokens, and the budget is 15k tokens/ },
  ])("refuses $name", ({ budget, says }) => {
    expect(() => refuseBeyond(budget, [run(3, 10_000), run(3, 10_000)])).toThrow(
      expect.objectContaining({ code: "run.budget-spent", message: expect.stringMatching(says) }),
    );
  });

  test("lets run what may fit, however much it may cost at most", () => {
    expect(() => refuseBeyond({ usd: 6, tokens: 20_000, ms: 1 }, [run(3, 10_000), run(3, 10_000)])).not.toThrow();
  });

  test.each(["http", "openai", "azure", "command", "module"])("refuses dollars for %s without a price", (name) => {
    const reference = { name: "mine", class: name, price: undefined };
    expect(() => refuseBeyond({ usd: 5 }, [run(undefined, 1, reference)])).toThrow(
      expect.objectContaining({ code: "cli.usage", message: expect.stringContaining("mine") }),
    );
  });

  test.each(["llama", "llama-server", "replay"])("takes dollars for %s without a price: nobody sends a bill", (name) => {
    const reference = { name: "mine", class: name, price: undefined };
    expect(() => refuseBeyond({ usd: 5 }, [run(undefined, 1, reference)])).not.toThrow();
  });
});
