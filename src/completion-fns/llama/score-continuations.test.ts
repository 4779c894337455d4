import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitTrailingSpace } from "../continuation-windows.ts";
import type { LocalModel, Next } from "./local-model.ts";
import { scoreContinuations, scoreRolling } from "./score-continuations.ts";

const never = new AbortController().signal;

/**
 * A model whose log-probability of a token is minus the number of tokens it has read (its own answer is token 0), so that a
 * score tells how much context each token had. `asked` keeps what stood before each token that was scored.
 */
function countingModel(
  contextTokens: number,
  forgets = true,
): { model: LocalModel; asked: { before: number[]; token: number }[]; evaluated: () => number } {
  let read: number[] = [];
  let evaluated = 0;
  const asked: { before: number[]; token: number }[] = [];
  const model: LocalModel = {
    contextTokens,
    batchTokens: 4,
    start: [],
    prefix: -100,
    renderChat: () => [],
    tokenize: () => [],
    bytes: () => Buffer.alloc(0),
    isEnd: () => false,
    clear: async () => {
      read = [];
    },
    rewind: async (length) => {
      if (forgets || read.length === length) read = read.slice(0, length);
      return read.length === length;
    },
    evaluate: async (tokens, wanted) => {
      const answers: (Next | undefined)[] = [];
      for (const [index, token] of tokens.entries()) {
        read = [...read, token];
        evaluated++;
        if (read.length >= contextTokens) throw new Error("the context would be shifted");
        const before = read;
        const wish = wanted(index);
        answers.push(
          wish && {
            top: [{ token: 0, logprob: 0 }],
            logprob: (wished) => {
              if (!wish.tokens?.includes(wished)) throw new Error(`${wished} was not asked for`);
              asked.push({ before, token: wished });
              return wished === 0 ? 0 : -before.length;
            },
          },
        );
      }
      return answers;
    },
    close: async () => {},
  };
  return { model, asked, evaluated: () => evaluated };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("scoreContinuations", () => {
  test.each([{ forgets: true }, { forgets: false }])(
    "reads the context once, and starts over only for a model that cannot rewind ($forgets)",
    async ({ forgets }) => {
      const { model, evaluated } = countingModel(50, forgets);
      const scored = await scoreContinuations(model, range(1, 11), [[0], [7, 8], [9], [7, 0, 8]], never);
      expect(scored).toEqual([
        { logprob: 0, tokens: 1, greedy: true, per_token: [0] },
        { logprob: -21, tokens: 2, greedy: false, per_token: [-10, -11] },
        { logprob: -10, tokens: 1, greedy: false, per_token: [-10] },
        { logprob: -22, tokens: 3, greedy: false, per_token: [-10, 0, -12] },
      ]);
      expect(evaluated()).toBe(forgets ? 13 : 23);
    },
  );

  test("leaves the nearest context when it does not fit", async () => {
    const { model, asked } = countingModel(8);
    const [scored] = await scoreContinuations(model, range(1, 21), [[30, 31, 32]], never);
    expect(scored?.context_dropped).toBe(15);
    expect(asked[0]?.before).toEqual([16, 17, 18, 19, 20]);
  });

  test("says that a continuation alone is too long", async () => {
    const { model } = countingModel(8);
    await expect(scoreContinuations(model, [1], [range(1, 9)], never)).rejects.toMatchObject({
      code: "provider.context-exceeded",
    });
  });

  test("stops when the run does", async () => {
    const { model } = countingModel(8);
    await expect(scoreContinuations(model, [1], [[2]], AbortSignal.abort())).rejects.toMatchObject({ code: "run.interrupted" });
  });
});

describe("scoreRolling", () => {
  test("cuts 34 tokens at width 10 as lm-evaluation-harness does", async () => {
    const { model, asked } = countingModel(11);
    const scored = await scoreRolling(model, [-100], range(0, 34), never);
    expect(asked.map(({ token }) => token)).toEqual(range(0, 34));
    const firsts = [0, 10, 20, 30].map((token) => asked[token]?.before);
    expect(firsts).toEqual([[-100], [9], [19], range(23, 30)]);
    expect(asked.at(-1)?.before).toEqual(range(23, 33));
    expect(scored.tokens).toBe(34);
  });

  test("scores every token once, at any length and width, and never overruns the context", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 2, max: 20 }), async (length, context) => {
        const { model, asked } = countingModel(context);
        const scored = await scoreRolling(model, [-100], range(0, length), never);
        expect(asked.map(({ token }) => token)).toEqual(range(0, length));
        expect(scored).toMatchObject({ tokens: length });
      }),
    );
  });
});

test.each([
  { context: "a: ", kept: "a:", moved: " " },
  { context: "a", kept: "a", moved: "" },
  { context: " \n", kept: "", moved: " \n" },
])("moves the white space behind $context", ({ context, ...expected }) => {
  expect(splitTrailingSpace(context)).toEqual(expected);
});
