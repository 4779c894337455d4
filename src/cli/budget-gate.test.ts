import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelOf } from "../../test/support/engine-values.ts";
import type { CallContext, Completion } from "../core/completion.ts";
import { createStop } from "../engine/index.ts";
import { openBudgetGate } from "./budget-gate.ts";

const context: CallContext = { signal: AbortSignal.abort(), onTry() {}, sample: { id: "s", attempt: 0 }, seed: 0 };
/** A token of reply costs a dollar; one that is asked costs nothing. */
const price = { input: 0, output: 1e6 };
const billed = { name: "mock", class: "http", price: { price, source: "own" } };
const unbilled = { name: "mock.gguf", class: "llama", price: undefined };

/** Asks `count` questions at once, whose replies cost what they are told; a refused one is asked no more. */
async function spendWith(limit: number, costs: readonly number[], max_tokens: number | undefined, width: number) {
  const stop = createStop();
  const gate = openBudgetGate({ usd: limit }, stop);
  let spent = 0;
  let inFlight = 0;
  let widest = 0;
  const fn = modelOf(async (question) => {
    widest = Math.max(widest, ++inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight--;
    const output = costs[Number(question)] as number;
    spent += output;
    return { usage: { input: 3, output } } satisfies Partial<Completion>;
  });
  const guarded = gate.guard(fn, billed);
  let next = 0;
  const worker = async () => {
    while (next < costs.length && !stop.drain.aborted) {
      const sampling = max_tokens === undefined ? {} : { max_tokens };
      try {
        await guarded.complete({ prompt: String(next++), sampling }, context);
      } catch (error) {
        expect(error).toMatchObject({ code: "run.budget-spent", more: { retry: {} } });
        expect(stop.drain.aborted).toBe(true);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return { spent, widest, stopped: stop.reason() };
}

describe("a budget", () => {
  test("is never overspent by more than one request's worth, whatever is asked at once", async () => {
    const costs = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(costs, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 50 }), async (each, limit, width) => {
        const { spent, stopped } = await spendWith(limit, each, 9, width);
        const all = each.reduce((sum, cost) => sum + cost, 0);
        expect(spent).toBeLessThan(limit + 9);
        // Nothing is left unspent either, and nothing stopped that fitted.
        expect(spent).toBeGreaterThanOrEqual(Math.min(limit, all));
        expect(stopped).toBe(spent >= limit ? "run.budget-spent" : undefined);
      }),
      { numRuns: 60 },
    );
  });

  test("holds where no limit on replies is known: the first reply shows what they cost", async () => {
    const { spent, widest, stopped } = await spendWith(
      100,
      Array.from({ length: 200 }, () => 3),
      undefined,
      50,
    );
    expect(spent).toBeGreaterThanOrEqual(100);
    expect(spent).toBeLessThan(103);
    expect(widest).toBeGreaterThan(10);
    expect(stopped).toBe("run.budget-spent");
  });

  test("lets a model that costs nothing be asked at full width", async () => {
    const costs = Array.from({ length: 100 }, () => 0);
    expect((await spendWith(1, costs, undefined, 50)).widest).toBe(50);
  });

  test("slows nothing down that fits", async () => {
    const costs = Array.from({ length: 100 }, () => 1);
    expect(await spendWith(1000, costs, 2, 50)).toEqual({ spent: 100, widest: 50, stopped: undefined });
  });

  test("counts tokens alike, guesses those of a reply that says nothing, and counts none that the response cache gave", async () => {
    const stop = createStop();
    const gate = openBudgetGate({ tokens: 100 }, stop);
    const replies: Partial<Completion>[] = [
      { text: "cached", cached: true, usage: { input: 500, output: 500 } },
      { text: "x".repeat(160) },
      { text: "y", usage: { input: 40, output: 15 } },
    ];
    const model = gate.guard(
      modelOf(() => replies.shift() as Partial<Completion>),
      unbilled,
    );
    const ask = () => model.complete({ prompt: "four", sampling: {} }, context);
    await ask();
    await ask();
    expect(stop.reason()).toBeUndefined();
    await ask();
    expect(stop.reason()).toBeUndefined();
    replies.push({ text: "z", usage: { input: 4, output: 0 } });
    await ask();
    expect(stop.reason()).toBe("run.budget-spent");
  });

  test("in dollars does not count what has no price", async () => {
    const stop = createStop();
    const model = openBudgetGate({ usd: 1 }, stop).guard(
      modelOf(() => ({ usage: { input: 1e9, output: 1e9 } })),
      unbilled,
    );
    await model.complete({ prompt: "", sampling: {} }, context);
    expect(stop.reason()).toBeUndefined();
  });

  test("in dollars refuses a model that somebody sends an unknown bill for", () => {
    const gate = openBudgetGate({ usd: 1 }, createStop());
    const unknown = { ...billed, price: undefined };
    expect(() =>
      gate.guard(
        modelOf(() => ""),
        unknown,
      ),
    ).toThrow(expect.objectContaining({ code: "cli.usage", more: { hint: expect.stringContaining("price: {") } }));
    expect(() =>
      openBudgetGate({ tokens: 1 }, createStop()).guard(
        modelOf(() => ""),
        unknown,
      ),
    ).not.toThrow();
  });

  test("keeps what a failed request held back for those that wait", async () => {
    const stop = createStop();
    let asked = 0;
    const model = openBudgetGate({ usd: 10 }, stop).guard(
      modelOf(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        if (asked++ < 3) throw new Error("no reply");
        return { usage: { input: 0, output: 1 } };
      }),
      billed,
    );
    const all = Array.from({ length: 6 }, () => model.complete({ prompt: "", sampling: { max_tokens: 8 } }, context));
    const settled = await Promise.allSettled(all);
    expect(settled.map(({ status }) => status).sort()).toEqual([...Array(3).fill("fulfilled"), ...Array(3).fill("rejected")]);
  });

  test("of time runs from when it was made", () => {
    let now = 5000;
    const { observer } = openBudgetGate({ ms: 1000 }, createStop(), () => now);
    now = 5999;
    expect(observer.stop?.()).toBeNull();
    now = 6000;
    expect(observer.stop?.()).toBe("run.budget-spent");
  });
});
