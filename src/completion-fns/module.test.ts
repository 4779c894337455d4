import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { CompletionFn } from "../core/completion.ts";
import { module } from "./module.ts";

async function load(text: string, args: object = {}, name = "plugin.mjs"): Promise<CompletionFn> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), text);
  const fn = await module.create(
    { file: name, ...args },
    { name: "mine", resolvePath: (file) => join(folder, file), env: {}, timeoutMs: 1000 },
  );
  onTestFinished(() => fn.close?.());
  return fn;
}

const ctx = { signal: new AbortController().signal, onTry: () => {}, sample: { id: "s", attempt: 1 }, seed: 4 };
const ask = (fn: CompletionFn, prompt = "hello") => fn.complete({ prompt, sampling: { temperature: 1 } }, ctx);

describe("module", () => {
  test.each([
    { what: "a function", text: "export const completionFn = async (prompt) => prompt.toUpperCase();", says: "HELLO" },
    { what: "a default function", text: "export default (prompt) => prompt + '!';", says: "hello!" },
    {
      what: "a function that looks at the request",
      text: "export default (_, { request, ctx }) => [request.sampling.temperature, ctx.sample.attempt, ctx.seed].join(' ');",
      says: "1 1 4",
    },
    {
      what: "a completion function",
      text: "export const completionFn = { complete: async (request) => ({ text: request.prompt, finish: 'length', ms: 5 }) };",
      says: "hello",
    },
    {
      what: "an instance of a class",
      text: "class Model { #word = 'own'; complete() { return this.#word; } }\nexport default new Model();",
      says: "own",
    },
    {
      what: "what a factory makes",
      text: "export const createCompletionFn = async ({ suffix = '?' }) => (prompt) => prompt + suffix;",
      says: "hello?",
    },
  ])("asks $what", async ({ text, says }) => {
    expect(await ask(await load(text))).toMatchObject({ text: says, ms: expect.any(Number) });
  });

  test("gives arguments to a factory; others are another model", async () => {
    const factory = "export const createCompletionFn = ({ suffix }) => (prompt) => prompt + suffix;";
    const [one, two] = [await load(factory, { args: { suffix: "1" } }), await load(factory, { args: { suffix: "2" } })];
    expect((await ask(one)).text).toBe("hello1");
    const [identity, other] = [await one.identity(), await two.identity()];
    expect(identity).toMatchObject({
      fn: "module",
      model: expect.stringMatching(/^plugin\.mjs [0-9a-f]{16}$/),
      file_sha256: expect.any(String),
    });
    expect(other.model).not.toBe(identity.model);
    expect(other.file_sha256).toBe(identity.file_sha256);
  });

  test("assumes text in and text out, and believes what the plug-in says instead", async () => {
    const plain = await load("export default () => ''");
    expect(await plain.capabilities()).toMatchObject({ chat: "yes", text: "yes", logprobs: "no", continuations: "no" });
    expect(plain.continuations).toBeUndefined();
    const able = await load(`export default {
      complete: () => "x",
      capabilities: async () => ({ chat: "yes", text: "no", logprobs: "no", top_logprobs_max: 0, continuations: "yes", embeddings: "no", tools: "no", json_schema: "no", concurrency_max: 2 }),
      continuations: async ({ continuations }) => continuations.map(() => ({ logprob: -1, tokens: 1, greedy: false })),
      identity: async () => ({ fn: "other", model: "other", build: "7" }),
    };`);
    expect(await able.capabilities()).toMatchObject({ text: "no", concurrency_max: 2 });
    expect(await able.continuations?.({ context: "", continuations: ["a", "b"] }, ctx)).toHaveLength(2);
    expect(await able.identity()).toMatchObject({ fn: "module", model: "plugin.mjs", build: "7" });
  });

  test("keeps a text's leading reasoning apart, and what the plug-in says of a reply", async () => {
    expect(await ask(await load("export default () => '<think>a</think>b'"))).toMatchObject({
      thinking: "<think>a</think>",
      text: "b",
    });
    const reply = await ask(await load("export default () => ({ text: 't', usage: { input: 1, output: 2 } })"));
    expect(reply).toMatchObject({ text: "t", finish: "stop", usage: { input: 1, output: 2 } });
  });

  test.each([
    { what: "nothing", text: "export const other = 1;", says: /exports other, but neither completionFn/ },
    { what: "a number", text: "export default 5;", says: /the default export is a number/ },
    {
      what: "an object without complete",
      text: "export const completionFn = { ask() {} };",
      says: /completionFn has no function complete/,
    },
    { what: "a complete that is a text", text: "export default { complete: 'x' };", says: /has a complete that is a string/ },
    {
      what: "a capabilities that is an object",
      text: "export default { complete() {}, capabilities: {} };",
      says: /has a capabilities that is an object/,
    },
    {
      what: "a factory that is none",
      text: "export const createCompletionFn = {};",
      says: /createCompletionFn is an object, not a function/,
    },
    {
      what: "a factory that makes nothing",
      text: "export const createCompletionFn = () => {};",
      says: /what createCompletionFn makes is undefined/,
    },
    {
      what: "a factory that fails",
      text: "export const createCompletionFn = () => { throw new Error('no weights') };",
      says: /createCompletionFn failed: no weights/,
    },
  ])("refuses a file that exports $what", async ({ text, says }) => {
    const error = await load(text).catch((thrown) => thrown);
    expect(error.code).toBe("plugin.invalid");
    expect(error.message).toMatch(says);
    expect(error.more.where.file).toContain("plugin.mjs");
  });

  test("refuses arguments that nobody takes", async () => {
    await expect(load("export default () => ''", { args: { a: 1 } })).rejects.toMatchObject({ code: "plugin.invalid" });
  });

  test.each([
    {
      what: "throws",
      text: "export default () => { throw new Error('boom') }",
      says: /^plugin\.mjs: complete failed: boom$/,
      retry: false,
    },
    { what: "throws a text", text: "export default () => { throw 'boom' }", says: /complete failed: boom/, retry: false },
    {
      what: "asks for another try",
      text: "export default () => { throw Object.assign(new Error('busy'), { more: { retry: {} } }) }",
      says: /busy/,
      retry: true,
    },
    { what: "gives a number", text: "export default () => 5", says: /complete gave something else than it should/, retry: false },
    { what: "gives another shape", text: "export default () => ({ text: 5 })", says: /at text/, retry: false },
    { what: "gives nothing", text: "export default () => {}", says: /complete gave something else/, retry: false },
  ])("makes an error of the sample when the plug-in $what", async ({ text, says, retry }) => {
    const error = await ask(await load(text)).catch((thrown) => thrown);
    expect(error.code).toBe("provider.reply");
    expect(error.message).toMatch(says);
    expect(error.more.retry !== undefined).toBe(retry);
  });

  test("keeps the code of an error that has one of ours", async () => {
    const fn = await load(
      "export default () => { throw Object.assign(new Error('slow down'), { code: 'provider.rate', more: { retry: { after_ms: 5 } } }) }",
    );
    await expect(ask(fn)).rejects.toMatchObject({ code: "provider.rate", more: { retry: { after_ms: 5 } } });
  });
});
