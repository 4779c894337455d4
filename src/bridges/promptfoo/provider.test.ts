import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installFakePromptfoo, notes } from "../../../test/support/fake-promptfoo.ts";
import { scratchFolder } from "../../../test/support/finegauge.ts";
import { type CallContext, type CompletionFn, capabilitiesSchema, modelIdentitySchema } from "../../core/completion.ts";
import { promptfooProvider } from "./provider.ts";

const scratch = scratchFolder();
const before = process.cwd();
beforeAll(() => {
  installFakePromptfoo(scratch.path);
  process.chdir(scratch.path);
  // A worker of the tests ends without the event on which the folder would be removed.
  process.env.PROMPTFOO_CONFIG_DIR = scratch.path;
});
afterAll(() => {
  process.chdir(before);
  scratch[Symbol.dispose]();
});

const env = { OPENAI_API_KEY: "sk-of-the-environment" };
const open = (args: object, timeoutMs = 60_000): Promise<CompletionFn> =>
  promptfooProvider.create(args, { name: "m", env, timeoutMs, resolvePath: (file) => join(scratch.path, file) });
const context = (signal = new AbortController().signal): CallContext => ({
  signal,
  onTry: () => {},
  sample: { id: "a.1", attempt: 0 },
  seed: 1,
});
const request = { prompt: "Capital?", sampling: {} };

describe("a provider of promptfoo's", () => {
  test("gets the config, our environment, and no retries of its own", async () => {
    const fn = await open({ provider: "scripted:fine", config: { apiBaseUrl: "http://x" } });
    await fn.capabilities();
    const loaded = notes().findLast((note) => note.loaded === "scripted:fine");
    expect(loaded).toMatchObject({
      context: { options: { config: { maxRetries: 0, omitDefaults: true, apiBaseUrl: "http://x" } }, env },
    });
  });

  test("is asked with what the run says that it is", async () => {
    const fn = await open({ provider: "echo" });
    const sampling = { temperature: 0.5, top_p: 0.9, max_tokens: 8, stop: ["\n"], seed: 3, extra: { user: "al" } };
    const prompt = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Capital?" },
    ] as const;
    expect(await fn.complete({ prompt, sampling }, context())).toMatchObject({ text: JSON.stringify(prompt), finish: "stop" });
    const config = { temperature: 0.5, top_p: 0.9, max_tokens: 8, max_completion_tokens: 8, stop: ["\n"], seed: 3, user: "al" };
    expect(notes().at(-1)).toMatchObject({ asked: JSON.stringify(prompt), context: { prompt: { config } } });
    await fn.complete(request, context());
    expect(notes().at(-1)).toMatchObject({ asked: "Capital?", context: { prompt: { config: {} } } });
  });

  test("gives its reply, with the time by our own clock", async () => {
    const fn = await open({ provider: "scripted:fine" });
    const { ms, ...completion } = await fn.complete(request, context());
    expect(completion).toEqual({ text: "Oslo", finish: "stop", usage: { input: 5, output: 2 }, cost: 0.000005200000000000001 });
    expect(ms).not.toBe(60);
  });

  test.each([
    ["scripted:busy", { code: "provider.rate", more: { retry: { after_ms: 2000 } } }],
    ["scripted:keyless", { code: "provider.auth" }],
    ["nonsense:x", { code: "plugin.invalid", message: expect.stringContaining("Could not identify provider: nonsense:x") }],
  ])("%s: what goes wrong is an error for users", async (provider, error) => {
    await expect((await open({ provider })).complete(request, context())).rejects.toMatchObject(error);
  });

  test("that falls silent is given up, and one that the run stops is interrupted", async () => {
    await expect((await open({ provider: "scripted:hang" }, 1)).complete(request, context())).rejects.toMatchObject({
      code: "provider.timeout",
    });
    const fast = await open({ provider: "scripted:hang", timeout_s: 0.001 });
    await expect(fast.complete(request, context())).rejects.toMatchObject({ code: "provider.timeout" });
    const stop = new AbortController();
    const waiting = (await open({ provider: "scripted:hang" })).complete(request, context(stop.signal));
    setImmediate(() => stop.abort());
    await expect(waiting).rejects.toMatchObject({ code: "run.interrupted" });
  });

  test("declares what is the same for all of them", async () => {
    const text = await (await open({ provider: "echo", concurrency_max: 3 })).capabilities();
    expect(capabilitiesSchema.strict().parse(text)).toEqual(text);
    expect(text).toMatchObject({ chat: "yes", top_logprobs_max: 0, embeddings: "no", concurrency_max: 3 });
    expect(await (await open({ provider: "embedding:small" })).capabilities()).toMatchObject({ embeddings: "yes" });
  });

  test("gives embeddings where it can", async () => {
    const fn = await open({ provider: "embedding:small" });
    expect(await fn.embed?.(["a", "abc"], context())).toEqual([Float32Array.of(1, 1), Float32Array.of(3, 1)]);
    const down = await open({ provider: "embedding:down" });
    await expect(down.embed?.(["a"], context())).rejects.toMatchObject({ code: "provider.server", more: { retry: {} } });
    await expect((await open({ provider: "echo" })).embed?.(["a"], context())).rejects.toMatchObject({
      code: "model.capability",
    });
  });

  test("is known by its id and config; a key is no part of it, nor a folder", async () => {
    const identity = async (args: object) => modelIdentitySchema.strict().parse(await (await open(args)).identity());
    expect(await identity({ provider: "echo" })).toEqual({ fn: "promptfoo", model: "echo", build: "promptfoo 0.123.1" });
    const keyed = (apiKey: string, tone = "calm") => identity({ provider: "echo", config: { apiKey, headers: { tone } } });
    expect(await keyed("one")).toEqual(await keyed("two"));
    expect((await keyed("one", "loud")).endpoint_hash).not.toBe((await keyed("one")).endpoint_hash);
    writeFileSync(join(scratch.path, "p.js"), "");
    const file = await identity({ provider: "file://p.js" });
    expect(file).toMatchObject({ model: "file:p.js", file_sha256: expect.any(String) });
    expect(JSON.stringify(file)).not.toContain(scratch.path);
    const secret = await identity({ provider: "https://al:pass@host/x" });
    expect(secret.endpoint_hash).toBe((await identity({ provider: "https://host/x" })).endpoint_hash);
  });

  test("is cleaned up", async () => {
    const fn = await open({ provider: "echo" });
    await fn.capabilities();
    await fn.close?.();
    expect(notes().at(-1)).toEqual({ cleanup: "echo" });
  });

  test.each(["temperature", "max_tokens", "stop"])("takes no %s in its config, where no run would tell of it", (key) => {
    const { error } = promptfooProvider.args.safeParse({ provider: "echo", config: { [key]: 1 } });
    expect(error?.issues[0]).toMatchObject({ path: ["config", key], message: expect.stringContaining("`sampling`") });
  });
});
