import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelOf } from "../../test/support/engine-values.ts";
import type { CallContext } from "../core/completion.ts";
import { askedThrough, costAt, pricedFn } from "./price-fn.ts";

const context: CallContext = { signal: AbortSignal.abort(), onTry() {}, sample: { id: "s", attempt: 0 }, seed: 0 };
const request = { prompt: "?", sampling: {} };

describe("costAt", () => {
  test.each([
    { name: "input and output", price: { input: 2, output: 8 }, usage: { input: 1000, output: 500 }, cost: 0.006 },
    {
      name: "cached input at its own price",
      price: { input: 2, cached_input: 0.5, output: 8 },
      usage: { input: 1000, cached: 600, output: 0 },
      cost: 0.0011,
    },
    {
      name: "cached input as input where it has no price",
      price: { input: 2, output: 8 },
      usage: { input: 1000, cached: 600, output: 0 },
      cost: 0.002,
    },
    {
      name: "reasoning as part of the output",
      price: { input: 0, output: 10 },
      usage: { input: 0, output: 300, reasoning: 200 },
      cost: 0.003,
    },
    { name: "nothing at no price", price: { input: 0, output: 0 }, usage: { input: 9, output: 9 }, cost: 0 },
  ])("counts $name", ({ price, usage, cost }) => expect(costAt(price)(usage)).toBeCloseTo(cost, 12));

  test("is never below nothing, whatever a server reports", () => {
    const tokens = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(tokens, tokens, tokens, (input, output, cached) => {
        expect(costAt({ input: 2, cached_input: 0.5, output: 8 })({ input, output, cached })).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("pricedFn", () => {
  const price = { input: 1e6, output: 1e6 };
  const usage = { input: 2, output: 3 };

  test.each([
    { name: "a reply with its tokens", reply: { usage }, cost: 5 },
    { name: "no reply that does not say", reply: {}, cost: undefined },
    { name: "no reply of the response cache", reply: { usage, cached: true as const }, cost: undefined },
  ])("prices $name", async ({ reply, cost }) => {
    const priced = pricedFn(
      modelOf(() => ({ ...reply })),
      price,
    );
    expect((await priced.complete(request, context)).cost).toBe(cost);
  });

  test("leaves a model alone that has no price", () => {
    const fn = modelOf(() => "");
    expect(pricedFn(fn, undefined)).toBe(fn);
  });
});

test("a function that is asked through something keeps all else it can do, as its own method", async () => {
  class Model {
    #closed = 0;
    name = "own";
    identity = async () => ({ fn: "module", model: "own" });
    capabilities = modelOf(() => "").capabilities;
    complete = modelOf(() => "own").complete;
    describe() {
      return `closed ${this.#closed} times`;
    }
    wrap(prompt: unknown) {
      return `${this.#closed}${String(prompt)}`;
    }
    async close() {
      this.#closed++;
    }
  }
  const fn = askedThrough(new Model(), async () => ({ text: "through", finish: "stop", ms: 1 }));
  await fn.close?.();
  expect(fn.describe?.()).toBe("closed 1 times");
  expect(fn.wrap?.("?")).toBe("1?");
  expect(fn.continuations).toBeUndefined();
  expect((await fn.complete(request, context)).text).toBe("through");
});
