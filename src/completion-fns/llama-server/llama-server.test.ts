import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type FakeLlamaServer, type FakeOptions, startFakeLlamaServer } from "../../../test/support/fake-llama-server.ts";
import { contextOf, likelihoods, openLlama, setup as packaged, ticket } from "../../../test/support/local-llama.ts";
import { startMockOpenai } from "../../../test/support/mock-openai.ts";
import type { CompletionFn } from "../../core/completion.ts";
import type { Prompt } from "../../core/message.ts";
import { llamaServer } from "./llama-server.ts";

const model = resolve("registry/models/tickets-base.gguf");
const key = "not-a-real-key-1234567890";
const setup = { ...packaged, env: { ...process.env, SERVER_KEY: key }, timeoutMs: 20_000 };
const ctx = contextOf();

let server: FakeLlamaServer;
beforeAll(async () => {
  server = await startFakeLlamaServer({ model });
});
afterAll(() => server.close());

async function another(options: Omit<FakeOptions, "model">): Promise<FakeLlamaServer> {
  const started = await startFakeLlamaServer({ model, ...options });
  onTestFinished(() => started.close());
  return started;
}

async function open(args: object = {}): Promise<CompletionFn> {
  const fn = await llamaServer.create("command" in args ? args : { url: server.origin, ...args }, setup);
  onTestFinished(() => fn.close?.());
  return fn;
}

const local = (args: object = {}) => openLlama(args, "tickets-base.gguf");

const raw = "Log: 03:56:41 FATAL scheduler: deadline exceeded calling vault-1\nCategory:";
const labels = ["network", "auth", "disk", "timeout", "config", "memory", "dependency", "syntax"];

describe("llama-server", () => {
  test("takes model, width and context from the server, and no path", async () => {
    const fn = await open();
    const identity = await fn.identity();
    expect(identity).toEqual({
      fn: "llama-server",
      model: "tickets-base.gguf",
      template_sha256: (await (await local()).identity()).template_sha256,
      quantisation: "F16",
      build: "b1-de3ff81",
      endpoint_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(await fn.capabilities()).toMatchObject({
      logprobs: "yes",
      top_logprobs_max: 1024,
      continuations: "yes",
      tools: { no: expect.any(String) },
      context_tokens: 512,
      concurrency_max: 4,
      size_bytes: 1_870_080,
    });
    const reply = await fn.complete({ prompt: ticket, sampling: { max_tokens: 4 } }, ctx);
    expect(JSON.stringify([identity, reply])).not.toContain("/");
    expect(reply.served).toMatchObject({ model: "tickets-base.gguf", fingerprint: "b1-de3ff81" });
  });

  test("is another model in another mode, or with an adapter", async () => {
    const plain = await (await open()).identity();
    const rawOne = await (await open({ mode: "raw" })).identity();
    expect(rawOne.template_sha256).toBeUndefined();
    expect(rawOne.endpoint_hash).not.toBe(plain.endpoint_hash);
    const adapted = await another({ adapters: [{ id: 0, path: "/home/me/tone.gguf", scale: 0.5 }] });
    expect((await (await open({ url: adapted.origin })).identity()).adapters).toEqual(["tone.gguf*0.5"]);
  });

  test.each([
    { mode: "chat", prompt: ticket },
    { mode: "chat", prompt: [ticket[1], ticket[1]] },
    { mode: "chat", prompt: "a text" },
    { mode: "chat", prompt: [...ticket, { role: "assistant", content: "It is" }] },
    { mode: "raw", prompt: raw },
    { mode: "raw", prompt: ticket },
  ])("replies as the same model in process does: $mode, $prompt", async ({ mode, prompt }) => {
    const request = { prompt: prompt as Prompt, sampling: { temperature: 0, max_tokens: 12 }, top_logprobs: 3 };
    const wire = await (await open({ mode })).complete(request, ctx);
    const here = await (await local({ mode })).complete(request, ctx);
    expect(wire).toMatchObject({ text: here.text, finish: here.finish, usage: { input: here.usage?.input } });
    expect(wire.logprobs?.map(({ token, id }) => ({ token, id }))).toEqual(
      here.logprobs?.map(({ token, id }) => ({ token, id })),
    );
    for (const [i, token] of (here.logprobs ?? []).entries()) {
      expect(wire.logprobs?.[i]?.logprob).toBeCloseTo(token.logprob ?? Number.NaN, 2);
      expect(wire.logprobs?.[i]?.top?.map(({ id }) => id)).toEqual(token.top?.map(({ id }) => id));
    }
  });

  test("gives the chosen token's log-probability without alternatives, and none unasked", async () => {
    for (const mode of ["chat", "raw"]) {
      const fn = await open({ mode });
      const asked = await fn.complete({ prompt: raw, sampling: { max_tokens: 3 }, top_logprobs: 0 }, ctx);
      expect(asked.logprobs?.[0]).toMatchObject({ logprob: expect.any(Number) });
      expect(asked.logprobs?.[0]?.top).toBeUndefined();
      expect((await fn.complete({ prompt: raw, sampling: { max_tokens: 3 } }, ctx)).logprobs).toBeUndefined();
    }
  });

  test("ends the reply before a stop text", async () => {
    const fn = await open({ mode: "raw" });
    const whole = await fn.complete({ prompt: "Log: ", sampling: { max_tokens: 12 } }, ctx);
    const stop = whole.text.trim().slice(3, 6);
    const cut = await fn.complete({ prompt: "Log: ", sampling: { max_tokens: 12, stop: [stop] } }, ctx);
    expect(cut).toMatchObject({ text: whole.text.slice(0, whole.text.indexOf(stop)), finish: "stop" });
  });

  test("refuses a prompt that does not fit, with both numbers", async () => {
    for (const mode of ["chat", "raw"]) {
      const error = await (await open({ mode }))
        .complete({ prompt: "x ".repeat(600), sampling: {} }, ctx)
        .catch((thrown) => thrown);
      expect(error.code).toBe("provider.context-exceeded");
      expect(error.message).toMatch(/\(\d+ tokens\).*\(512 tokens\)/);
      expect(error.more.retry).toBeUndefined();
    }
  });

  test("waits for a server that loads its model, but not for ever", async () => {
    const slow = await another({});
    slow.loading = true;
    const fn = await open({ url: slow.origin });
    setTimeout(() => {
      slow.loading = false;
    }, 250);
    expect((await fn.capabilities()).concurrency_max).toBe(4);
    expect(slow.asked.filter((path) => path === "/health").length).toBeGreaterThan(1);

    slow.loading = true;
    const impatient = await open({ url: slow.origin, start_timeout_s: 0.2 });
    await expect(impatient.capabilities()).rejects.toMatchObject({ code: "provider.timeout" });
    slow.loading = false;
    expect((await impatient.capabilities()).concurrency_max).toBe(4);
  });

  test("says that nobody listens, at once", async () => {
    const gone = await startFakeLlamaServer({ model });
    await gone.close();
    const fn = await open({ url: gone.origin });
    await expect(fn.capabilities()).rejects.toMatchObject({ code: "provider.unreachable" });
    await expect(fn.complete({ prompt: "x", sampling: {} }, ctx)).rejects.toMatchObject({ code: "provider.unreachable" });
  });

  test("sends the key of a variable, and never tells it", async () => {
    const guarded = await another({ apiKey: key });
    const fn = await open({ url: guarded.origin, api_key_env: "SERVER_KEY" });
    expect((await fn.complete({ prompt: raw, sampling: { max_tokens: 2 } }, ctx)).text).not.toBe("");
    const error = await (await open({ url: guarded.origin })).capabilities().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "provider.auth" });
    await expect(llamaServer.create({ url: guarded.origin, api_key_env: "NOT_SET" }, setup)).rejects.toMatchObject({
      code: "model.key-missing",
    });
  });

  test("tells a server of another kind", async () => {
    const mock = await startMockOpenai();
    onTestFinished(mock.close);
    const fn = await open({ url: mock.origin });
    await expect(fn.capabilities()).rejects.toMatchObject({
      code: "provider.reply",
      more: { hint: expect.stringContaining("is it one") },
    });
  });

  test.each([
    { args: {} },
    { args: { url: "http://127.0.0.1:1", command: ["x", "{port}"] } },
    { args: { command: ["llama-server"] } },
  ])("refuses the arguments $args", ({ args }) => {
    expect(llamaServer.args.safeParse(args).success).toBe(false);
  });
});

describe("continuations over the wire", () => {
  test.each([
    { mode: "chat", context: ticket },
    { mode: "chat", context: [...ticket, { role: "assistant", content: "It is " }] },
    { mode: "raw", context: raw },
    { mode: "raw", context: `${raw} ` },
    { mode: "raw", context: "" },
  ])("are what the same model says in process: $mode, $context", async ({ mode, context }) => {
    const continuations = [...labels, " network", "the disk is full", "é 😀", "<|end|>", ""];
    const wire = await likelihoods(await open({ mode }), context as Prompt, continuations);
    const here = await likelihoods(await local({ mode }), context as Prompt, continuations);
    expect(wire.map(({ tokens, greedy }) => ({ tokens, greedy }))).toEqual(
      here.map(({ tokens, greedy }) => ({ tokens, greedy })),
    );
    for (const [i, each] of here.entries()) {
      for (const [j, logprob] of (each.per_token ?? []).entries()) {
        expect(Math.abs((wire[i]?.per_token?.[j] ?? Number.NaN) - logprob)).toBeLessThan(0.01);
      }
    }
  });

  test("are cut at the left of a context that is too long, and rolled over texts, as in process", async () => {
    const wire = await open({ mode: "raw" });
    const here = await local({ mode: "raw" });
    const [long] = await likelihoods(wire, "a ".repeat(600), ["b"]);
    expect(long?.context_dropped).toBe((await likelihoods(here, "a ".repeat(600), ["b"]))[0]?.context_dropped);
    const text = "ERROR disk full on the host. ".repeat(8);
    const [rolled] = await likelihoods(wire, "", [text], true);
    const [same] = await likelihoods(here, "", [text], true);
    expect(rolled?.tokens).toBe(same?.tokens);
    expect((rolled?.logprob ?? 0) / (rolled?.tokens ?? 1)).toBeCloseTo((same?.logprob ?? 0) / (same?.tokens ?? 1), 2);
  });
});

describe("a server that is started", () => {
  const program = fileURLToPath(new URL("../../../test/support/fake-llama-server.ts", import.meta.url));
  const command = (...more: string[]) => [process.execPath, program, "--port", "{port}", "-m", ...more];

  test("gets its model from the registry's folder, answers, and is gone after close", async () => {
    const fn = await open({ command: command("tickets-base.gguf") });
    const identity = await fn.identity();
    expect(identity.file_sha256).toBe((await (await local()).identity()).file_sha256);
    expect((await fn.complete({ prompt: ticket, sampling: { max_tokens: 8 } }, ctx)).text).not.toBe("");
    expect(await (await open({ command: command("tickets-base.gguf") })).identity()).toEqual(identity);
    await fn.close?.();
    await fn.close?.();
    const reopened = await fn.complete({ prompt: ticket, sampling: { max_tokens: 8 } }, ctx);
    expect(reopened.finish).toBe("stop");
  });

  test("that cannot start says why in its own words", async () => {
    const fn = await open({ command: command("no-such-model.gguf") });
    const error = await fn.capabilities().catch((thrown) => thrown);
    expect(error.code).toBe("provider.unreachable");
    expect(error.message).toMatch(/ended with code 1; its last words:.*no-such-model/s);
  });

  test("that is no program, or never comes up, is an error too", async () => {
    await expect((await open({ command: ["no-such-server", "{port}"] })).capabilities()).rejects.toMatchObject({
      code: "provider.unreachable",
    });
    const silent = await open({
      command: [process.execPath, "-e", "setInterval(() => {}, 1000)", "{port}"],
      start_timeout_s: 0.5,
    });
    await expect(silent.capabilities()).rejects.toMatchObject({ code: "provider.timeout" });
  });

  test("that dies in mid-run is not asked again", async () => {
    const fn = await open({ command: [process.execPath, program, "--port", "{port}", "-m", "tickets-base.gguf"] });
    await fn.capabilities();
    const dying = await fn.complete({ prompt: ticket, sampling: { extra: { die: true } } }, ctx).catch((thrown) => thrown);
    expect(dying.code).toBe("provider.unreachable");
    let last = dying;
    while (last.more.retry !== undefined)
      last = await fn.complete({ prompt: ticket, sampling: {} }, ctx).catch((thrown) => thrown);
    expect(last.message).toMatch(/ended with code 1/);
  });
});
