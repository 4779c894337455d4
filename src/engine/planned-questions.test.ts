import { describe, expect, test } from "vitest";
import { anyPace, modelOf, numbered, quickClock } from "../../test/support/engine-values.ts";
import type { AskedBy, CompletionFn, CompletionRequest, Continuations, Sampling } from "../core/completion.ts";
import type { Prompt } from "../core/message.ts";
import type { Sample } from "../core/sample.ts";
import type { Ask, Scorer } from "../core/score.ts";
import { askSample, workerContext, wrapAsk } from "./ask-sample.ts";
import { askPlanner } from "./plan-asks.ts";
import { topLogprobsOf } from "./plan-run.ts";
import { plannedQuestions } from "./planned-questions.ts";
import { defaultRetry } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import { createStop } from "./stop.ts";

interface Asked {
  readonly by: AskedBy;
  readonly request?: CompletionRequest;
  readonly continuations?: Continuations;
}

/** A model that writes down what it is asked. */
function recording(seen: Asked[]): CompletionFn {
  const by = ({ sample, reply, seed }: AskedBy): AskedBy => ({
    sample: { ...sample },
    ...(reply !== undefined && { reply }),
    seed,
  });
  return {
    ...modelOf(() => "there"),
    async complete(request, ctx) {
      seen.push({ by: by(ctx), request });
      return { text: "there", finish: "stop", ms: 1 };
    },
    async continuations(continuations, ctx) {
      seen.push({ by: by(ctx), continuations });
      return continuations.continuations.map(() => ({ logprob: -1, tokens: 1, greedy: true }));
    },
  };
}

const scorer = (needs: Scorer["needs"], asks?: (sample: Sample) => readonly Ask[]): Scorer => ({
  name: "s",
  hash: "h",
  needs,
  ...(asks && { asks }),
  score: () => [],
});

const plain = [scorer({})];
const several = [
  scorer({ top_logprobs: 3 }),
  scorer({ top_logprobs: 5, continuations: true }, ({ input }) => [
    { output: "completion", n: 2, request: { prompt: input ?? "" } },
    { output: "choices", continuations: { context: input ?? "", continuations: [" a", " b"] } },
    { output: "rolling", continuations: { context: "", continuations: [String(input)], rolling: true } },
  ]),
];

async function setupOf(fn: CompletionFn, scorers: readonly Scorer[], sampling: Sampling, attempts: number) {
  const asking = {
    fn,
    pace: anyPace(),
    retry: defaultRetry,
    budget: retryBudget(100),
    clock: quickClock(),
    stop: createStop(),
    random: () => 0.5,
    redact: (text: string) => text,
    startedAt: 0,
  };
  const wrap = (prompt: Prompt) => `wrapped ${String(prompt)}`;
  return { asking, seed: 7, attempts, sampling, topLogprobs: topLogprobsOf(scorers), wrap };
}

describe("planned questions", () => {
  test.each([
    { name: "of one reply each", scorers: plain, sampling: {}, attempts: 1 },
    { name: "of several scorers, with likelihoods", scorers: several, sampling: { temperature: 1 }, attempts: 1 },
    { name: "of several attempts with a seed", scorers: several, sampling: { seed: 5 }, attempts: 3 },
  ])("$name are those that the model is asked", async ({ scorers, sampling, attempts }) => {
    const source = numbered(4, (at) => ({ input: `question ${at}` }));
    const seen: Asked[] = [];
    const setup = await setupOf(recording(seen), scorers, sampling, attempts);
    const planOf = askPlanner(scorers);
    const context = workerContext(setup.asking);
    for (let position = 0; position < source.selected; position++) {
      const sample = source.at(position);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const asks = planOf(sample).asks.map((ask) => wrapAsk(ask, setup.wrap));
        await askSample(setup, context, asks, sample.id, attempt);
      }
    }
    const planned = [...plannedQuestions({ ...setup, source, scorers })];
    expect(planned).toHaveLength(4 * attempts);
    expect(planned.flat()).toEqual(seen);
  });
});

test("what a model recalls is not asked, and takes no turn", async () => {
  const fn: CompletionFn = {
    ...modelOf(() => {
      throw new Error("nobody is to be asked");
    }),
    continuations: () => Promise.reject(new Error("nobody is to be asked")),
    recall: {
      complete: ({ prompt }) => ({ text: `recalled ${String(prompt)}`, finish: "stop", ms: 0, cached: true }),
      continuations: () => [{ logprob: -2, tokens: 1, greedy: false, cached: true }],
    },
  };
  const setup = await setupOf(fn, plain, {}, 1);
  const pace = {
    ...setup.asking.pace,
    enter: () => {
      throw new Error("no turn is taken");
    },
  };
  const asking = { ...setup.asking, pace };
  const asks: Ask[] = [
    { output: "completion", n: 1, request: { prompt: "a" } },
    { output: "choices", continuations: { context: "a", continuations: ["b"] } },
  ];
  const answers = await askSample({ ...setup, asking }, workerContext(asking), asks, "s", 0);
  expect(answers).toEqual({
    replies: [
      [{ text: "recalled a", finish: "stop", ms: 0, cached: true }],
      [{ logprob: -2, tokens: 1, greedy: false, cached: true }],
    ],
  });
});
