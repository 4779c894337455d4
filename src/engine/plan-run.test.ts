import { describe, expect, test } from "vitest";
import { exact, failing, inputsOf, modelOf, numbered, numbers, parrot } from "../../test/support/engine-values.ts";
import type { Capabilities } from "../core/completion.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { runLineSchema } from "../core/run-line.ts";
import type { Scorer } from "../core/score.ts";
import type { OpenJudge } from "./open-judge.ts";
import { planRun, type RunInputs } from "./plan-run.ts";

const everything: Capabilities = {
  chat: "yes",
  text: "yes",
  logprobs: "yes",
  top_logprobs_max: 5,
  continuations: "yes",
  embeddings: "yes",
  tools: "yes",
  json_schema: "yes",
};
const able = (more: Partial<Capabilities>, fn = {}) =>
  modelOf((question) => question, { capabilities: async () => ({ ...everything, ...more }), ...fn });
const needing = (needs: Scorer["needs"]): Scorer => ({ ...exact, needs });
const judge: OpenJudge = {
  name: "judge",
  identity: { fn: "openai", model: "gpt" },
  capabilities: everything,
  ask: () => Promise.reject(new Error("asked")),
};

describe("planRun", () => {
  test("makes the run's first line, but for what only a beginning gives", async () => {
    const { line, requests } = await planRun(inputsOf({ attempts: 3, judges: [judge], sampling: { temperature: 0 } }));
    const whole = { ...line, id: "01JD4ZK5T00000000000000000", started: "2026-11-20T10:15:00.000Z" };
    expect(runLineSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    expect(requests).toBe(30);
    expect(line).toMatchObject({
      eval: "numbers.test.v1",
      completion_fn: "mock",
      model: { fn: "module", model: "mock" },
      judges: [{ fn: "openai", model: "gpt" }],
      scorers: [{ name: "exact", hash: "exact-1" }],
      data: { hash: "data", samples: 10, ids: "line", order: "file", seed: 0, selected: 10 },
      spec: { name: "numbers.test.v1" },
    });
  });

  describe("what it knows of the eval's training data", () => {
    const facts = { train: "train.jsonl", train_hash: "a1", train_rows: 9, leaked: 2 };
    const hashWith = async (more: Partial<typeof facts> | undefined) => {
      const leakage = more && { facts: { ...facts, ...more }, kindOf: () => undefined };
      const { line } = await planRun(inputsOf({ leakage }));
      return { said: line.leakage, hash: line.resume_hash };
    };

    test("stands in the first line, and only where the eval names some", async () => {
      expect((await hashWith({})).said).toEqual(facts);
      const { line } = await planRun(inputsOf({}));
      expect("leakage" in line).toBe(false);
    });

    test("a run without any keeps the resume hash that it had before runs could know", async () => {
      const { line } = await planRun(inputsOf({}));
      expect(line.resume_hash).toBe("ca118d6068cb0721");
    });

    test("another training file makes another run; another name of it does not", async () => {
      const known = await hashWith({});
      expect((await hashWith({ train_hash: "b2" })).hash).not.toBe(known.hash);
      expect((await hashWith({ train: "moved/train.jsonl" })).hash).toBe(known.hash);
      expect((await hashWith(undefined)).hash).not.toBe(known.hash);
    });
  });

  test.each([
    { name: "20 to begin with when nobody says", asked: undefined, can: {}, width: [20, 4, 100] },
    { name: "exactly what the user says", asked: 100, can: {}, width: [100, 100, 100] },
    { name: "no more than the model can", asked: 100, can: { concurrency_max: 2 }, width: [2, 2, 2] },
    { name: "no more than the model can, unasked too", asked: undefined, can: { concurrency_max: 1 }, width: [1, 1, 1] },
    { name: "up to what the model can", asked: undefined, can: { concurrency_max: 1000 }, width: [20, 4, 1000] },
    { name: "what the model knows", asked: undefined, can: { concurrency_max: 32, concurrency_start: 32 }, width: [32, 4, 32] },
    { name: "1 at least", asked: 0, can: { concurrency_max: 0 }, width: [1, 1, 1] },
  ])("asks $name at once", async ({ asked, can, width: [start, least, most] }) => {
    const { width, line } = await planRun(inputsOf({ concurrency: asked, fn: able(can) }));
    expect(width).toEqual({ start, least, most });
    expect(line.concurrency).toBe(start);
  });

  test.each([
    {
      name: "no log-probabilities",
      needs: { top_logprobs: 0 },
      fn: able({ logprobs: "no" }),
      says: "log-probabilities, which mock cannot give: it does not offer them",
    },
    {
      name: "none, and says why",
      needs: { top_logprobs: 0 },
      fn: able({ logprobs: { no: "the server hides them" } }),
      says: "the server hides them",
    },
    {
      name: "fewer of them",
      needs: { top_logprobs: 6 },
      fn: able({}),
      says: "the 6 likeliest tokens, which mock cannot give: it gives at most 5",
    },
    {
      name: "no likelihoods",
      needs: { continuations: true },
      fn: able({ continuations: { no: "chat only" } }, { continuations: async () => [] }),
      says: "chat only",
    },
    { name: "likelihoods in name alone", needs: { continuations: true }, fn: able({}), says: "likelihoods of given texts" },
    {
      name: "no likelihoods of whole texts",
      needs: { continuations: true, rolling: true },
      fn: { ...able({ continuations: "yes", rolling: { no: "nothing in front" } }), continuations: async () => [] },
      says: "likelihoods of whole texts, which mock cannot give: nothing in front",
    },
    { name: "no tool calls", needs: { tools: true }, fn: able({ tools: "no" }), says: "tool calls, which mock cannot give" },
    { name: "no embeddings", needs: { embeddings: true }, fn: able({}), says: "embeddings, which mock cannot give" },
  ] as const)("refuses a model that gives $name before anything is asked", async ({ needs, fn, says }) => {
    await expect(planRun(inputsOf({ scorers: [exact, needing(needs)], fn }))).rejects.toMatchObject({
      code: "model.capability",
      message: expect.stringContaining(says),
      more: { hint: expect.stringContaining("local GGUF") },
    });
  });

  test("refuses judges without embeddings for a scorer that wants a judge's, whatever the model gives itself", async () => {
    const asked = inputsOf({
      scorers: [needing({ judge: true, embeddings: true })],
      fn: able({}, { embed: async () => [] }),
    });
    await expect(planRun({ ...asked, judges: [judge] })).rejects.toMatchObject({
      code: "model.capability",
      message: expect.stringContaining("needs embeddings, which judge cannot give"),
      more: { hint: expect.stringContaining("--judge") },
    });
    await expect(planRun({ ...asked, judges: [{ ...judge, embed: async () => [] }] })).resolves.toBeDefined();
  });

  test("refuses a scorer that needs a judge when there is none", async () => {
    const scorers = [needing({ judge: true })];
    await expect(planRun(inputsOf({ scorers }))).rejects.toMatchObject({
      code: "model.capability",
      message: expect.stringContaining("judge"),
    });
    await expect(planRun(inputsOf({ scorers, judges: [judge] }))).resolves.toBeDefined();
  });

  test.each([
    { needs: [{}, {}], top: undefined },
    { needs: [{ top_logprobs: 0 }], top: 0 },
    { needs: [{ top_logprobs: 2 }, {}, { top_logprobs: 5 }, { top_logprobs: 1 }], top: 5 },
  ])("asks for the log-probabilities that scorers need together: $top", async ({ needs, top }) => {
    expect((await planRun(inputsOf({ scorers: needs.map(needing) }))).topLogprobs).toBe(top);
  });

  test("lets an unreachable model say so", async () => {
    const away = modelOf(() => "", { capabilities: () => Promise.reject(failing("provider.unreachable")) });
    await expect(planRun(inputsOf({ fn: away }))).rejects.toMatchObject({ code: "provider.unreachable" });
  });
});

describe("the resume hash", () => {
  const spec = (more: Partial<EvalSpec>): Partial<RunInputs> => ({ spec: { ...numbers, ...more } });
  const identity = (more: object): Partial<RunInputs> => ({
    fn: modelOf(() => "", { identity: async () => ({ fn: "module", model: "mock", ...more }) }),
  });
  const hashOf = async (more: Partial<RunInputs> = {}) => (await planRun(inputsOf(more))).line.resume_hash;

  test.each<{ what: string; change: Partial<RunInputs> }>([
    { what: "the eval's name", change: spec({ name: "other.v1" }) },
    { what: "the class", change: spec({ class: "includes" }) },
    { what: "the arguments", change: spec({ args: { limit: 1 } }) },
    { what: "labels", change: spec({ labels: { yes: ["ja"] } }) },
    { what: "examples", change: spec({ few_shot: { rows: 1, hash: "a" } }) },
    { what: "groups", change: spec({ group_by: "metadata.a" }) },
    { what: "the data", change: { source: { ...numbered(10), dataHash: "other" } } },
    { what: "the number of samples", change: { source: numbered(9) } },
    { what: "the order", change: { order: "shuffle" } },
    { what: "the seed", change: { seed: 1 } },
    { what: "the model", change: identity({ model: "other" }) },
    { what: "the model's file", change: identity({ file_sha256: "b" }) },
    { what: "what is wrapped around prompts", change: identity({ wrap_hash: "b" }) },
    { what: "a judge", change: { judges: [judge] } },
    { what: "a scorer", change: { scorers: [{ ...exact, hash: "exact-2" }] } },
    { what: "the sampling", change: { sampling: { temperature: 1 } } },
    { what: "the attempts", change: { attempts: 2 } },
    { what: "whether inputs are kept", change: { inputs: false } },
  ])("changes with $what", async ({ change }) => {
    expect(await hashOf(change)).not.toBe(await hashOf());
  });

  test("changes with how a judge is sampled", async () => {
    expect(await hashOf({ judges: [{ ...judge, sampling: { temperature: 1 } }] })).not.toBe(await hashOf({ judges: [judge] }));
  });

  test.each<{ what: string; change: Partial<RunInputs> }>([
    { what: "what a judge is called", change: spec({ judge: ["gpt"] }) },
    { what: "the width", change: { concurrency: 9 } },
    { what: "the program", change: { tool: "finegauge 9.9.9" } },
    { what: "the order of keys", change: { spec: Object.fromEntries(Object.entries(numbers).reverse()) as EvalSpec } },
    { what: "what the model is called here", change: { fn: { ...parrot, name: "another name" } } },
    { what: "a description", change: spec({ description: "new words" }) },
    { what: "a gate", change: spec({ gate: { rules: ["accuracy >= 0.9"] } }) },
    { what: "a metric", change: spec({ metrics: { error_rate: "1 - accuracy" }, higher_is_better: true }) },
    { what: "training data", change: spec({ train: "train.jsonl" }) },
  ])("does not change with $what", async ({ change }) => {
    expect(await hashOf(change)).toBe(await hashOf());
  });
});
