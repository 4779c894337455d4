import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryBudget } from "./retry-budget.ts";

describe("retryBudget", () => {
  test("gives as many repeats as it starts with", () => {
    const budget = retryBudget(2);
    expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
  });

  test("gives one more for every five successes, exactly", () => {
    const budget = retryBudget(0);
    for (let round = 0; round < 1000; round++) {
      for (let i = 0; i < 4; i++) budget.succeeded();
      expect(budget.take()).toBe(false);
      budget.succeeded();
      expect(budget.take()).toBe(true);
    }
  });

  test("never gives more than its start and a fifth of the successes", () => {
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.array(fc.boolean()), (start, steps) => {
        const budget = retryBudget(start);
        let [taken, successes] = [0, 0];
        for (const success of steps) {
          if (success) {
            budget.succeeded();
            successes++;
          } else if (budget.take()) taken++;
          expect(taken).toBeLessThanOrEqual(start + Math.floor(successes / 5));
        }
      }),
    );
  });
});
