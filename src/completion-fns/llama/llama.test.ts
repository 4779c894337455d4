import { copyFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask, contextOf, likelihoods, openLlama, rows, setup, ticket } from "../../../test/support/local-llama.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { ggufFile } from "../../../test/support/write-gguf.ts";
import type { FunctionSetup } from "../../core/catalogue.ts";
import type { Completion } from "../../core/completion.ts";
import type { Message } from "../../core/message.ts";
import { llama } from "./llama.ts";

describe("llama", () => {
  test.each([
    // Percentages that llama.cpp's own server gives for the same files.
    { model: "tickets-base.gguf", hard: 57, general: 80 },
    { model: "tickets-tuned.gguf", hard: 148, general: 0 },
  ])("gets $hard of 200 hard tickets and $general of 100 chats right with $model", async ({ model, hard, general }) => {
    const fn = await openLlama({}, model);
    const right = async (name: string) => {
      let count = 0;
      for (const { input, ideal } of rows(name)) if ((await ask(fn, input, { max_tokens: 64 })).text === ideal) count++;
      return count;
    };
    expect([await right("hard"), await right("general")]).toEqual([hard, general]);
    await fn.close?.();
  });

  test("tells what it will run, from the files alone", async () => {
    const fn = await openLlama({});
    expect(await fn.identity()).toEqual({
      fn: "llama",
      model: "tickets-tuned.gguf",
      file_sha256: "ade8bc9a1326aeef2bda4b8d3f7f23efe80e95f84d6ca73a01a5d7445f7dfde1",
      template_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      quantisation: "F16",
      build: expect.stringMatching(/^[bv]\d/),
    });
    expect(await fn.capabilities()).toMatchObject({
      chat: "yes",
      logprobs: "yes",
      continuations: "yes",
      top_logprobs_max: 1024,
      context_tokens: 512,
      concurrency_max: 1,
      size_bytes: statSync("registry/models/tickets-tuned.gguf").size,
    });
    expect(fn.describe?.()).toBe("CPU, 1 thread");
    expect(JSON.stringify(await fn.identity())).not.toContain("/");
  });

  test("gives a text prompt to the template as one message, and as it is in raw mode", async () => {
    const chat = await openLlama({});
    const text = "ERROR disk: no space left on device";
    expect(await ask(chat, text)).toMatchObject(await same(ask(chat, [{ role: "system", content: text }])));
    const user = await openLlama({ text_role: "user" });
    expect(await ask(user, text)).toMatchObject(await same(ask(chat, [{ role: "user", content: text }])));

    const raw = await openLlama({ mode: "raw" });
    const prompt = `Log: ${ticket[1]?.content}\nCategory:`;
    const reply = await ask(raw, prompt);
    expect(reply).toMatchObject({ text: " timeout", finish: "stop" });
    expect((await raw.identity()).template_sha256).toBeUndefined();
  });

  async function same(reply: Promise<Completion>): Promise<object> {
    const { ms: _, ...rest } = await reply;
    return rest;
  }

  test("counts tokens, and gives the model's own log-probabilities", async () => {
    const fn = await openLlama({});
    const reply = await ask(fn, ticket, { temperature: 0 }, 5);
    expect(reply).toMatchObject({ text: "timeout", finish: "stop", usage: { output: 1 }, served: { build: expect.any(String) } });
    expect(reply.logprobs).toHaveLength(1);
    const [token] = reply.logprobs ?? [];
    expect(token).toMatchObject({ token: "timeout", id: expect.any(Number) });
    expect(token?.top).toHaveLength(5);
    expect(token?.top?.[0]).toEqual({ token: "timeout", id: token?.id, logprob: token?.logprob });
    const mass = (token?.top ?? []).reduce((sum, each) => sum + Math.exp(each.logprob ?? Number.NEGATIVE_INFINITY), 0);
    expect(mass).toBeGreaterThan(0.9);
    expect(mass).toBeLessThanOrEqual(1 + 1e-6);

    const chosenOnly = await ask(fn, ticket, {}, 0);
    expect(chosenOnly.logprobs?.[0]?.logprob).toBeCloseTo(token?.logprob ?? Number.NaN, 2);
    expect(chosenOnly.logprobs?.[0]?.top).toBeUndefined();
    expect((await ask(fn, ticket)).logprobs).toBeUndefined();
  });

  test("draws by the seed: the same one again, another one otherwise, and the log-probabilities stay the model's own", async () => {
    const fn = await openLlama({}, "tickets-base.gguf");
    const hot = { temperature: 1.5, max_tokens: 20 };
    const drawn = async (seed: number) => fn.complete({ prompt: ticket, sampling: hot, top_logprobs: 0 }, contextOf(seed));
    const first = await drawn(1);
    expect(await drawn(1)).toMatchObject({ text: first.text, logprobs: first.logprobs });
    const others = await Promise.all([2, 3, 4, 5].map(drawn));
    expect(new Set([first, ...others].map((reply) => reply.text)).size).toBeGreaterThan(1);

    const [scored] = await likelihoods(fn, ticket, [first.text]);
    const sum = (first.logprobs ?? []).reduce((total, token) => total + (token.logprob ?? Number.NaN), 0);
    // Only where the text is tokenised as it was drawn do the two sums speak of the same tokens.
    if (scored?.tokens === first.logprobs?.length) expect(scored?.logprob).toBeCloseTo(sum, 1);
    const seed = await fn.complete({ prompt: ticket, sampling: { ...hot, seed: 9 } }, contextOf(1));
    expect(seed.text).not.toBe(first.text);
  });

  test("joins tokens that end inside a character, and says which bytes they are", async () => {
    const fn = await openLlama({});
    // Hot enough to draw single bytes of the vocabulary.
    const reply = await fn.complete(
      { prompt: ticket, sampling: { temperature: 50, max_tokens: 200 }, top_logprobs: 0 },
      contextOf(3),
    );
    const bytes = Buffer.concat((reply.logprobs ?? []).map((token) => Buffer.from(token.bytes ?? Buffer.from(token.token))));
    expect(reply.logprobs?.some((token) => token.bytes !== undefined)).toBe(true);
    expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)).toBe(reply.text);

    const [emoji, one] = await likelihoods(fn, ticket, ["😀", "x"]);
    expect(emoji?.tokens).toBe((one?.tokens ?? 0) + 3);
  });

  test.each([
    { stop: ["."], ends: (whole: string) => whole.slice(0, whole.indexOf(".")) },
    { stop: ["zzz", " "], ends: (whole: string) => whole.slice(0, whole.indexOf(" ")) },
    { stop: ["never said"], ends: (whole: string) => whole },
  ])("ends the reply before $stop", async ({ stop, ends }) => {
    const fn = await openLlama({}, "tickets-base.gguf");
    const prompt = rows("general").find((row) => row.ideal.includes(" ") && row.ideal.includes("."))?.input ?? [];
    const whole = await ask(fn, prompt, {}, 0);
    expect(whole.text).toMatch(/\S \S.*\./);
    const reply = await ask(fn, prompt, { stop }, 0);
    expect(reply).toMatchObject({ text: ends(whole.text), finish: "stop" });
    expect(reply.logprobs?.map((token) => token.token).join("")).toContain(reply.text);
    expect(whole.logprobs?.map((token) => token.token).join("")).toBe(whole.text);
  });

  test("stops at max_tokens and at the end of the context", async () => {
    const fn = await openLlama({}, "tickets-base.gguf");
    const prompt = rows("general")[0]?.input ?? [];
    expect(await ask(fn, prompt, { max_tokens: 2 })).toMatchObject({ finish: "length", usage: { output: 2 } });

    const small = await openLlama({ context_tokens: 64 }, "tickets-base.gguf");
    const { context_tokens: tokens = 0 } = await small.capabilities();
    const reply = await small.complete({ prompt, sampling: { temperature: 50 } }, contextOf());
    expect(reply.finish).toBe("length");
    expect((reply.usage?.input ?? 0) + (reply.usage?.output ?? 0)).toBe(tokens);
  });

  test("refuses a prompt that does not fit, with both numbers", async () => {
    const fn = await openLlama({});
    const error = await ask(fn, "x ".repeat(400)).catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: "provider.context-exceeded",
      message: expect.stringMatching(/^the prompt has \d+ tokens.* 512$/),
    });
    expect(error.more.retry).toBeUndefined();
    expect((await ask(fn, ticket)).text).toBe("timeout");
  });

  test("answers one question at a time, whoever asks at once", async () => {
    const fn = await openLlama({});
    const some = rows("hard").slice(0, 12);
    const alone: string[] = [];
    for (const { input } of some) alone.push((await ask(fn, input)).text);
    expect((await Promise.all(some.map(({ input }) => ask(fn, input)))).map((reply) => reply.text)).toEqual(alone);
  });

  test("continues a reply that was begun, and gives only what is new", async () => {
    const fn = await openLlama({}, "tickets-base.gguf");
    const prompt = rows("general").find((row) => row.ideal.includes(" "))?.input ?? [];
    const whole = await ask(fn, prompt, {}, 0);
    const begun = (whole.logprobs ?? [])
      .slice(0, 3)
      .map((token) => token.token)
      .join("");
    const rest = await ask(fn, [...prompt, { role: "assistant", content: begun }]);
    expect(begun).not.toBe("");
    expect(begun + rest.text).toBe(whole.text);
  });

  test("keeps what it cannot do out of a request", async () => {
    const fn = await openLlama({});
    const image: Message[] = [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://x/y.png" } }] }];
    await expect(ask(fn, image)).rejects.toMatchObject({ code: "provider.rejected" });
    await expect(ask(fn, [{ role: "tool", content: "1", tool_call_id: "a" }])).rejects.toMatchObject({
      code: "provider.rejected",
    });
    expect((await ask(fn, ticket, { extra: { mirostat: 2 } })).adjusted).toEqual(["mirostat: dropped"]);
  });

  test("stops between tokens", async () => {
    const fn = await openLlama({}, "tickets-base.gguf");
    const stop = new AbortController();
    const running = fn.complete({ prompt: ticket, sampling: { temperature: 50 } }, contextOf(1, stop.signal));
    const waiting = fn.complete({ prompt: ticket, sampling: {} }, contextOf(1, stop.signal));
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "run.interrupted" });
    await expect(waiting).rejects.toMatchObject({ code: "run.interrupted" });
    expect((await ask(fn, ticket)).finish).toBe("stop");
  });

  test("keeps one model of 100 MB in memory, and says so to a second", async () => {
    const folder = temporaryFolder();
    for (const name of ["a.gguf", "b.gguf"]) {
      copyFileSync("registry/models/tickets-tuned.gguf", join(folder, name));
      // Holes behind the tensors: large, and no larger on the disk.
      truncateSync(join(folder, name), 100e6);
    }
    const large = async (name: string) => llama.create({ model: name }, { ...setup, resolvePath: (file) => join(folder, file) });
    const [one, two] = [await large("a.gguf"), await large("b.gguf")];
    await one.capabilities();
    expect(one.describe?.()).toMatch(/^(CPU|GPU \(\w+\)), \d+ threads?$/);
    expect((await ask(one, ticket)).text).toBe("timeout");
    await expect(ask(two, ticket)).rejects.toMatchObject({
      code: "model.capability",
      message: expect.stringContaining("a.gguf"),
    });
    await one.close?.();
    expect((await ask(two, ticket)).text).toBe("timeout");
    await two.close?.();
  });

  test("applies an adapter, and is another model with it", async () => {
    const folder = temporaryFolder();
    const resolvePath: FunctionSetup["resolvePath"] = (file, inside) =>
      file.startsWith("lora") ? join(folder, file) : setup.resolvePath(file, inside);
    const adapter = (size: number) =>
      ggufFile(
        {
          "general.type": { type: "text", value: "adapter" },
          "general.architecture": { type: "text", value: "llama" },
          "adapter.type": { type: "text", value: "lora" },
          "adapter.lora.alpha": { type: "f32", value: 1 },
        },
        [
          {
            name: "blk.0.attn_q.weight.lora_a",
            dimensions: [128, 1],
            type: 0,
            data: new Uint8Array(new Float32Array(128).fill(size).buffer),
          },
          {
            name: "blk.0.attn_q.weight.lora_b",
            dimensions: [1, 128],
            type: 0,
            data: new Uint8Array(new Float32Array(128).fill(size).buffer),
          },
        ],
      );
    writeFileSync(join(folder, "lora-none.gguf"), adapter(0));
    writeFileSync(join(folder, "lora-some.gguf"), adapter(0.2));
    const logprobWith = async (lora: string | null) => {
      const fn = await llama.create({ model: "tickets-tuned.gguf", lora }, { ...setup, resolvePath });
      onTestFinished(() => fn.close?.());
      const reply = await ask(fn, ticket, { max_tokens: 1 }, 0);
      return { logprob: reply.logprobs?.[0]?.logprob ?? Number.NaN, adapters: (await fn.identity()).adapters };
    };
    const plain = await logprobWith(null);
    const none = await logprobWith("lora-none.gguf");
    const some = await logprobWith("lora-some.gguf");
    expect(plain.adapters).toBeUndefined();
    expect(none.logprob).toBeCloseTo(plain.logprob, 3);
    expect(Math.abs(some.logprob - plain.logprob)).toBeGreaterThan(0.001);
    expect(some.adapters).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(none.adapters).not.toEqual(some.adapters);
  });

  test("can be closed twice, and opens again when asked", async () => {
    const fn = await openLlama({});
    const { text } = await ask(fn, ticket);
    await fn.close?.();
    await fn.close?.();
    expect((await ask(fn, ticket)).text).toBe(text);
  });
});

describe("a model that cannot be used", () => {
  test("names the files beside one that is missing", async () => {
    const fn = await openLlama({}, "tickets-tunde.gguf");
    await expect(fn.capabilities()).rejects.toMatchObject({
      code: "data.missing",
      more: { nearest: expect.arrayContaining(["tickets-tuned.gguf"]) },
    });
    await expect(ask(fn, "x")).rejects.toMatchObject({ code: "data.missing" });
    await fn.close?.();
  });

  test.each([
    { args: { gpu: "on" }, code: "model.capability" },
    { args: { lora: "no-such-adapter.gguf" }, code: "data.missing" },
    { args: { chat_template: "evals/none.jinja" }, code: "data.missing" },
  ])("refuses $args before anything is asked", async ({ args, code }) => {
    const fn = await openLlama(args);
    await expect(fn.capabilities()).rejects.toMatchObject({ code });
  });
});
