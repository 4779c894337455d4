import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AskedBy, CompletionRequest, Continuations, ModelIdentity } from "../../core/completion.ts";
import { notKept, replyKeys } from "./reply-key.ts";

const identity: ModelIdentity = { fn: "openai", model: "gpt-4.1-mini", endpoint_hash: "e" };
const request: CompletionRequest = {
  prompt: [{ role: "user", content: "2 + 2?" }],
  sampling: { temperature: 0, max_tokens: 8 },
};
const by: AskedBy = { sample: { id: "sums.1", attempt: 0 }, seed: 7 };

function keyOf(change: { identity?: Partial<ModelIdentity>; request?: Partial<CompletionRequest>; by?: Partial<AskedBy> } = {}) {
  return replyKeys({ ...identity, ...change.identity }).complete({ ...request, ...change.request }, { ...by, ...change.by });
}

const llama = { fn: "llama", model: "m.gguf", file_sha256: "f" };
const drawn = { sampling: { temperature: 0.7 } };

describe("a reply is found by another key after a change of", () => {
  test.each([
    { what: "the model's name", change: { identity: { model: "gpt-4.1" } } },
    { what: "the class", change: { identity: { fn: "azure" } } },
    { what: "the endpoint", change: { identity: { endpoint_hash: "f" } } },
    { what: "the file", change: { identity: { file_sha256: "f" } } },
    { what: "the template", change: { identity: { template_sha256: "t" } } },
    { what: "the adapters", change: { identity: { adapters: ["a"] } } },
    { what: "the build", change: { identity: { build: "b2" } } },
    { what: "the prompt", change: { request: { prompt: [{ role: "user" as const, content: "2 + 3?" }] } } },
    { what: "a role", change: { request: { prompt: [{ role: "system" as const, content: "2 + 2?" }] } } },
    { what: "a text in place of a chat", change: { request: { prompt: "2 + 2?" } } },
    { what: "the temperature", change: { request: { sampling: { temperature: 1, max_tokens: 8 } } } },
    { what: "what is left to the model", change: { request: { sampling: { max_tokens: 8 } } } },
    { what: "the sampling's seed", change: { request: { sampling: { temperature: 0, max_tokens: 8, seed: 1 } } } },
    { what: "an extra option", change: { request: { sampling: { temperature: 0, max_tokens: 8, extra: { k: 1 } } } } },
    { what: "the log-probabilities", change: { request: { top_logprobs: 0 } } },
    { what: "how many of them", change: { request: { top_logprobs: 5 } } },
    { what: "the tools", change: { request: { tools: [{ name: "t", parameters: {} }] } } },
    { what: "the choice of tools", change: { request: { tool_choice: "none" as const } } },
    { what: "the schema", change: { request: { json_schema: { type: "object" } } } },
    { what: "the attempt", change: { by: { sample: { id: "sums.1", attempt: 1 } } } },
    { what: "which of several replies", change: { by: { reply: 1 } } },
  ])("$what", ({ change }) => {
    expect(keyOf(change)).not.toBe(keyOf());
  });

  test("the run's seed and the sample's id, for a model in process that draws", () => {
    const local = (more: Partial<AskedBy>) => keyOf({ identity: llama, request: drawn, by: more });
    expect(local({ seed: 8 })).not.toBe(local({}));
    expect(local({ sample: { id: "sums.2", attempt: 0 } })).not.toBe(local({}));
  });
});

describe("a reply is found by the same key after a change of", () => {
  test.each([
    { what: "the sample's id", change: { by: { sample: { id: "sums.2", attempt: 0 } } } },
    { what: "the run's seed", change: { by: { seed: 8 } } },
    { what: "the first of several replies", change: { by: { reply: 0 } } },
    { what: "the order of the request's keys", change: { request: { sampling: { max_tokens: 8, temperature: 0 } } } },
    { what: "a field that is absent", change: { request: { json_schema: undefined } as Partial<CompletionRequest> } },
  ])("$what", ({ change }) => {
    expect(keyOf(change)).toBe(keyOf());
  });

  test("the run's seed, for a model in process that draws nothing", () => {
    expect(keyOf({ identity: llama, by: { seed: 8 } })).toBe(keyOf({ identity: llama }));
  });
});

describe("keys", () => {
  const prompt = fc.oneof(
    fc.string(),
    fc.array(fc.record({ role: fc.constantFrom("user" as const, "system" as const), content: fc.string() }), { minLength: 1 }),
  );
  const asked = fc.record({
    model: fc.string(),
    prompt,
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    attempt: fc.nat(9),
    reply: fc.nat(9),
  });
  const key = ({ model, prompt: text, temperature, attempt, reply }: typeof asked extends fc.Arbitrary<infer T> ? T : never) =>
    replyKeys({ fn: "http", model }).complete(
      { prompt: text, sampling: { temperature } },
      { sample: { id: "s", attempt }, reply, seed: 1 },
    );

  test("are the same for equal questions, and for those alone", () => {
    fc.assert(
      fc.property(asked, asked, (a, b) => {
        // -0 is 0 in JSON, as it is on the wire.
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(key(a) === key(b)).toBe(same);
        expect(key(structuredClone(a))).toBe(key(a));
      }),
    );
  });

  test("tell a likelihood from a reply, and one continuation from another", () => {
    const keys = replyKeys(identity);
    const continuations: Continuations = { context: "2 + 2 =", continuations: [" 4", " 5"] };
    const one = keys.continuations(continuations, by);
    expect(one).not.toBe(keys.complete({ prompt: "2 + 2 =", sampling: {} }, by));
    expect(one).not.toBe(keys.continuations({ ...continuations, continuations: [" 5", " 4"] }, by));
    expect(one).not.toBe(keys.continuations({ ...continuations, rolling: true }, by));
    expect(one).toBe(keys.continuations({ ...continuations }, by));
  });
});

test.each([
  { of: { fn: "openai", model: "m" }, kept: true },
  { of: { fn: "llama", model: "m" }, kept: true },
  { of: { fn: "replay", model: "m", build: "b" }, kept: false },
  { of: { fn: "module", model: "m.ts", file_sha256: "f" }, kept: false },
  { of: { fn: "module", model: "m.ts", build: "2" }, kept: true },
  { of: { fn: "command", model: "python m.py" }, kept: false },
  { of: { fn: "given", model: "mine", build: "hash of its source" }, kept: false },
  { of: { fn: "promptfoo", model: "openai:m", build: "promptfoo 1" }, kept: true },
  { of: { fn: "promptfoo", model: "file://m.js", build: "promptfoo 1", file_sha256: "f" }, kept: false },
  { of: { fn: "command", model: "python m.py", build: "2" }, kept: true },
])("replies of $of: kept $kept", ({ of, kept }) => {
  expect(notKept(of) === undefined).toBe(kept);
});
