import { describe, expect, test } from "vitest";
import { anyPace, busy, failing, modelOf, quickClock } from "../../test/support/engine-values.ts";
import type { CallContext, CompletionFn, CompletionRequest } from "../core/completion.ts";
import type { Ask } from "../core/score.ts";
import type { AskingSetup } from "./ask-model.ts";
import { askSample, type QuestionSetup, workerContext, wrapAsk } from "./ask-sample.ts";
import { defaultRetry } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import { createStop } from "./stop.ts";

function setupOf(fn: CompletionFn, more: Partial<QuestionSetup> = {}): QuestionSetup {
  const asking: AskingSetup = {
    fn,
    pace: anyPace(),
    retry: defaultRetry,
    budget: retryBudget(100),
    clock: quickClock(),
    stop: createStop(),
    random: () => 0.5,
    redact: (text) => text,
    startedAt: 0,
  };
  return { asking, seed: 0, attempts: 1, sampling: {}, topLogprobs: undefined, wrap: undefined, ...more };
}

const text = (prompt: string, n = 1): Ask => ({ output: prompt, n, request: { prompt } });

/** What a model is asked, in order. */
async function asked(setup: Partial<QuestionSetup>, asks: readonly Ask[], id = "s1", attempt = 0) {
  const seen: { request: CompletionRequest; seed: number; sample: CallContext["sample"] }[] = [];
  const fn = modelOf((question, { seed, sample }, request) => {
    seen.push({ request, seed, sample: { ...sample } });
    return question;
  });
  const whole = setupOf(fn, setup);
  const answers = await askSample(whole, workerContext(whole.asking), asks, id, attempt);
  return { seen, answers };
}

describe("askSample", () => {
  test("puts the questions one after the other, and gives the replies to each", async () => {
    const { answers, seen } = await asked({}, [text("a"), text("b", 2)]);
    expect(answers?.failure).toBeUndefined();
    expect(answers?.replies.map((reply) => reply.map((each) => "text" in each && each.text))).toEqual([["a"], ["b", "b"]]);
    expect(seen.map(({ request }) => request.prompt)).toEqual(["a", "b", "b"]);
    expect(seen.map(({ sample }) => sample)).toEqual(Array(3).fill({ id: "s1", attempt: 0 }));
  });

  test("keeps the failed tries with the reply that came in the end", async () => {
    let calls = 0;
    const fn = modelOf(() => {
      if (++calls % 2 === 1) throw busy();
      return "there";
    });
    const setup = setupOf(fn);
    const answers = await askSample(setup, workerContext(setup.asking), [text("a", 2)], "s", 0);
    expect(answers?.replies[0]).toMatchObject([
      { tries: [{ code: "provider.server" }] },
      { tries: [{ code: "provider.server" }] },
    ]);
  });

  test("keeps what a function repeats by itself, also when it takes the reporter out of its context", async () => {
    const fn = modelOf((_question, { onTry }) => {
      onTry({ ms: 4.6, status: 400, code: "provider.rejected" });
      onTry({ ms: 2, code: "provider.reply" });
      return "there";
    });
    const setup = setupOf(fn);
    const answers = await askSample(setup, workerContext(setup.asking), [text("a"), text("b")], "s", 0);
    const tries = [
      { at_ms: -5, ms: 5, wait_ms: 0, status: 400, code: "provider.rejected" },
      { at_ms: -2, ms: 2, wait_ms: 0, code: "provider.reply" },
    ];
    expect(answers?.replies).toMatchObject([[{ tries }], [{ tries }]]);
  });

  test("gives up at the first question without an answer, and keeps what was said before", async () => {
    const fn = modelOf((question) => {
      if (question === "b") throw failing("provider.rejected");
      return question;
    });
    const setup = setupOf(fn);
    const answers = await askSample(setup, workerContext(setup.asking), [text("a"), text("b"), text("c")], "s", 0);
    expect(answers).toMatchObject({ replies: [[{ text: "a" }]], failure: { code: "provider.rejected" } });
  });

  test("gives nothing when it is stopped between two questions", async () => {
    const fn = modelOf((question) => {
      setup.asking.stop.request("run.interrupted", true);
      return question;
    });
    const setup = setupOf(fn);
    expect(await askSample(setup, workerContext(setup.asking), [text("a"), text("b")], "s", 0)).toBeUndefined();
  });

  test("asks for likelihoods in a context, with its tries in the failure", async () => {
    const seen: unknown[] = [];
    const fn = modelOf(() => "", {
      async continuations(request) {
        seen.push(request);
        return request.continuations.map(() => ({ logprob: -1, tokens: 1, greedy: false }));
      },
    });
    const setup = setupOf(fn);
    const continuations = { context: "q", continuations: ["a", "b"] };
    const answers = await askSample(setup, workerContext(setup.asking), [{ output: "options", continuations }], "s", 0);
    expect(answers?.replies[0]).toHaveLength(2);
    expect(seen).toEqual([continuations]);
  });

  test("a likelihood of a model that gives none is a defect of the plan", async () => {
    const setup = setupOf(modelOf(() => ""));
    const ask: Ask = { output: "o", continuations: { context: "", continuations: [] } };
    await expect(askSample(setup, workerContext(setup.asking), [ask], "s", 0)).rejects.toThrow("mock gives no likelihoods");
  });

  test("asks for as many log-probabilities as any scorer needs", async () => {
    const wide: Ask = { output: "a", n: 1, request: { prompt: "a", top_logprobs: 4 } };
    const tops = async (topLogprobs: number | undefined) =>
      (await asked({ topLogprobs }, [text("a"), wide])).seen.map(({ request }) => request.top_logprobs);
    expect(await tops(undefined)).toEqual([undefined, 4]);
    expect(await tops(0)).toEqual([0, 4]);
    expect(await tops(5)).toEqual([5, 5]);
  });

  describe("seeds", () => {
    const seedsOf = async (setup: Partial<QuestionSetup>, id = "s1", attempt = 0) =>
      (await asked(setup, [text("a", 3)], id, attempt)).seen.map(({ seed, request }) => [seed, request.sampling.seed] as const);

    test("of functions that draw in this process differ between replies, attempts, samples and runs, and come again", async () => {
      const runs = [seedsOf({}), seedsOf({}, "s1", 1), seedsOf({}, "s2"), seedsOf({ seed: 1 })];
      const seeds = (await Promise.all(runs)).flat().map(([seed]) => seed);
      expect(new Set(seeds).size).toBe(12);
      expect(await seedsOf({})).toEqual(await seedsOf({}));
    });

    test("are sent as the user said for the only reply of an only attempt", async () => {
      const [[, seed]] = (await seedsOf({ sampling: { seed: 7 } })) as [[number, number]];
      expect(seed).toBe(7);
    });

    test("are not sent when the user said none", async () => {
      expect((await seedsOf({ attempts: 3 })).map(([, seed]) => seed)).toEqual([undefined, undefined, undefined]);
    });

    test("that are sent differ between replies and attempts, fit 31 bits, and follow the user's", async () => {
      const of = async (seed: number) => [
        ...(await seedsOf({ sampling: { seed }, attempts: 2 })),
        ...(await seedsOf({ sampling: { seed }, attempts: 2 }, "s1", 1)),
      ];
      const sent = (await of(7)).map(([, seed]) => seed as number);
      expect(new Set([...sent, ...(await of(8)).map(([, seed]) => seed)]).size).toBe(12);
      for (const seed of sent) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31).toBe(true);
    });

    test("never cancel out between context and request, even when run and sampling have the same", async () => {
      const mixed = new Set<number>();
      for (let attempt = 0; attempt < 50; attempt++) {
        for (const [seed, sent] of await seedsOf({ seed: 3, sampling: { seed: 3 }, attempts: 50 }, "s1", attempt)) {
          mixed.add((seed ^ (sent as number)) >>> 0);
        }
      }
      expect(mixed.size).toBe(150);
    });
  });
});

describe("wrapAsk", () => {
  const wrap = (prompt: unknown) => `[${prompt}]`;

  test.each<{ name: string; ask: Ask; wrapped: Ask }>([
    {
      name: "goes around a prompt and leaves the rest of the question",
      ask: { output: "a", n: 2, request: { prompt: "q", top_logprobs: 1 } },
      wrapped: { output: "a", n: 2, request: { prompt: "[q]", top_logprobs: 1 } },
    },
    {
      name: "goes around the context of continuations",
      ask: { output: "a", continuations: { context: "q", continuations: ["x"] } },
      wrapped: { output: "a", continuations: { context: "[q]", continuations: ["x"] } },
    },
    {
      name: "leaves a text alone that is scored for itself",
      ask: { output: "a", continuations: { context: "", continuations: ["x"], rolling: true } },
      wrapped: { output: "a", continuations: { context: "", continuations: ["x"], rolling: true } },
    },
  ])("$name", ({ ask, wrapped }) => {
    expect(wrapAsk(ask, wrap)).toEqual(wrapped);
    expect(wrapAsk(ask, undefined)).toBe(ask);
  });
});
