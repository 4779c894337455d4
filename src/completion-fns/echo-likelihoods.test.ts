import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { likelihoods, openLlama } from "../../test/support/local-llama.ts";
import { errorReply, legacyReply, type MockAnswer, type MockRequest } from "../../test/support/mock-openai.ts";
import {
  contextOf,
  failureOf,
  make,
  maker,
  mockFor,
  secret,
  type WireKind,
  wireKinds,
} from "../../test/support/wire-functions.ts";
import type { CompletionFn } from "../core/completion.ts";
import { http } from "./http.ts";
import type { LocalModel, Next } from "./llama/local-model.ts";
import { sharedRuntime } from "./llama/runtime.ts";

const file = resolve("registry/models/tickets-base.gguf");
let model: LocalModel;
beforeAll(async () => {
  const runtime = await sharedRuntime(false);
  model = await runtime.open({ file, lora: [], threads: 1, offload: false, contextTokens: 512, template: undefined });
});
afterAll(() => model.close());

interface Listed {
  tokens: string[];
  token_logprobs: (number | null)[];
  top_logprobs: ({ [token: string]: number } | null)[];
  text_offset: number[];
}

/** A prompt's tokens as the completions endpoint repeats them; vLLM shows the start token, OpenAI has none. */
async function echoOf(prompt: string, start: boolean): Promise<Listed> {
  const ids = [...model.start, ...model.tokenize(prompt)];
  const name = (id: number) => model.bytes(id).toString("utf8");
  await model.clear();
  const nexts = (await model.evaluate(ids.slice(0, -1), (at) => ({ top: 1, tokens: [ids[at + 1] as number] }))) as Next[];
  const listed: Listed = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };
  let offset = 0;
  for (const [at, id] of ids.entries()) {
    const isStart = model.start.includes(id);
    if (isStart && !start) continue;
    const next = nexts[at - 1];
    const known = next !== undefined && listed.tokens.length > 0;
    listed.tokens.push(isStart ? "<s>" : name(id));
    listed.token_logprobs.push(known ? next.logprob(id) : null);
    const [best] = next?.top ?? [];
    const top = known && best !== undefined ? { [name(best.token)]: best.logprob, [name(id)]: next.logprob(id) } : null;
    listed.top_logprobs.push(top);
    listed.text_offset.push(offset);
    if (!isStart) offset += name(id).length;
  }
  return listed;
}

type Reply = { choices: { index: number; text: string; logprobs: Listed }[] };

function echoing(start: boolean, change: (reply: Reply, request: MockRequest) => unknown = (reply) => reply) {
  return async (request: MockRequest): Promise<MockAnswer> => {
    if (request.method === "GET") return { json: { data: [] } };
    const prompts = request.body.prompt as string[];
    const choices: Reply["choices"] = [];
    for (const [index, text] of prompts.entries()) choices.push({ index, text, logprobs: await echoOf(text, start) });
    return { json: change({ choices }, request) };
  };
}

const completions = (server: { readonly origin: string }) =>
  make(http, { url: `${server.origin}/v1`, model: "m", endpoint: "completions" }, {});

async function supportOf(fn: CompletionFn) {
  const { continuations, rolling } = await fn.capabilities();
  return { continuations, rolling };
}

describe("a completions endpoint that repeats a prompt", () => {
  test.each([
    { start: false, server: "as OpenAI's, without a start token" },
    { start: true, server: "as vLLM's, with one" },
  ])("$server scores what the model in process scores", async ({ start }) => {
    const wire = await completions(await mockFor(echoing(start)));
    expect((await supportOf(wire)).continuations).toBe("yes");
    const here = await openLlama({ mode: "raw" }, "tickets-base.gguf");
    for (const [context, texts] of [
      ["Log: ERROR disk full on the host\nCategory:", [" network", " disk", " disk full"]],
      ["Log: ERROR disk full on the host\nCategory: ", ["disk", "timeout calling vault-1"]],
      ["The service", [" failed to start", " has started, é"]],
    ] as const) {
      const [there, local] = [await likelihoods(wire, context, texts), await likelihoods(here, context, texts)];
      for (const [at, one] of local.entries()) {
        expect(there[at]).toMatchObject({ tokens: one.tokens, greedy: one.greedy });
        expect(Math.abs((there[at]?.logprob ?? 0) - one.logprob)).toBeLessThan(0.01);
      }
    }
  });

  test("cannot score what melts into the end of its context", async () => {
    const wire = await completions(await mockFor(echoing(false)));
    const asked = wire.continuations?.({ context: "The service", continuations: ["s are up"] }, contextOf().ctx);
    expect(await failureOf(asked ?? Promise.resolve())).toMatchObject({
      code: "score.sample-invalid",
      message: expect.stringContaining('"s are up"'),
    });
  });

  test("is believed by index, not by place", async () => {
    const turned = (reply: Reply) => ({ choices: reply.choices.reverse() });
    const [straight, back] = [
      await completions(await mockFor(echoing(false))),
      await completions(await mockFor(echoing(false, turned))),
    ];
    expect(await likelihoods(back, "Log:", [" a", " disk"])).toEqual(await likelihoods(straight, "Log:", [" a", " disk"]));
  });

  test("is asked for no text without something in front of it", async () => {
    const wire = await completions(await mockFor(echoing(false)));
    expect((await supportOf(wire)).rolling).toMatchObject({ no: expect.stringContaining("in front of it") });
    for (const rolling of [true, false]) {
      const ctx = contextOf().ctx;
      await failureOf(wire.continuations?.({ context: "", continuations: ["a text"], rolling }, ctx) ?? Promise.resolve());
    }
  });

  test("fails where it repeats another text in mid-run, and may be asked again", async () => {
    const wire = await completions(
      await mockFor(
        echoing(false, (reply, { index }) =>
          index < 2 ? reply : { choices: reply.choices.map((one) => ({ ...one, text: "x" })) },
        ),
      ),
    );
    expect((await supportOf(wire)).continuations).toBe("yes");
    const asked = wire.continuations?.({ context: "Log:", continuations: [" a"] }, contextOf().ctx);
    expect(await failureOf(asked ?? Promise.resolve())).toMatchObject({ code: "provider.reply", more: { retry: {} } });
  });
});

/** The one choice of a reply, changed. */
const changed = (change: (choice: Reply["choices"][number]) => object) =>
  echoing(false, ({ choices }) => ({ choices: choices.map((choice) => ({ ...choice, ...change(choice) })) }));

describe("a server that does not", () => {
  test.each<{ server: string; answer: (request: MockRequest) => MockAnswer | Promise<MockAnswer>; why: string }>([
    {
      server: "takes echo and ignores it, as llama-server does",
      answer: () => ({
        json: legacyReply(" five", { choice: { logprobs: { content: [{ token: " five", logprob: -1, top_logprobs: [] }] } } }),
      }),
      why: "does something else",
    },
    {
      server: "repeats the text and says one token more",
      answer: changed(({ text, logprobs }) => ({ text: `${text} five`, logprobs })),
      why: "does something else",
    },
    { server: "repeats it without log-probabilities", answer: changed(() => ({ logprobs: null })), why: "does something else" },
    {
      server: "gives those of the reply alone",
      answer: changed(({ logprobs }) => ({
        logprobs: { ...logprobs, token_logprobs: logprobs.token_logprobs.map(() => null) },
      })),
      why: "does something else",
    },
    {
      server: "gives tokens of something else",
      answer: changed(({ logprobs }) => ({ logprobs: { ...logprobs, tokens: logprobs.tokens.map(() => "x") } })),
      why: "does something else",
    },
    {
      server: "refuses",
      answer: () => errorReply(400, { message: `echo and logprobs are not for ${secret}`, type: "invalid_request_error" }),
      why: "it refuses to repeat a text with log-probabilities (echo and logprobs are not for",
    },
    { server: "sends no JSON", answer: () => ({ text: "<html>" }), why: "does something else" },
    { server: "hangs up", answer: () => ({ fault: "reset" }), why: "the server failed" },
  ])("$server: refused, with the reason", async ({ answer, why }) => {
    const server = await mockFor((request) => (request.method === "GET" ? { json: { data: [] } } : answer(request)));
    const args = { url: `${server.origin}/v1`, model: "m", endpoint: "completions", api_key_env: "SERVER_KEY" };
    const fn = await make(http, args, { SERVER_KEY: secret });
    const { continuations } = await supportOf(fn);
    expect(continuations).toMatchObject({ no: expect.stringContaining(why) });
    expect(JSON.stringify(continuations)).not.toContain(secret);
  });
});

describe.each(wireKinds.filter(({ name }) => name !== "azure"))("$name", (wire: WireKind) => {
  test("asks the completions endpoint once whether it can, and a chat never", async () => {
    const server = await mockFor(echoing(false));
    const legacy = await maker(wire)(server, { endpoint: "completions" });
    for (let time = 0; time < 2; time++) expect((await supportOf(legacy)).continuations).toBe("yes");
    expect(server.asked.map(({ body }) => body)).toEqual([
      expect.objectContaining({ model: "m", prompt: ["One two three four"], max_tokens: 0, echo: true, logprobs: 1 }),
    ]);
    const chat = await maker(wire)(server);
    expect((await supportOf(chat)).continuations).toMatchObject({ no: expect.any(String) });
    expect(chat.continuations).toBeUndefined();
    expect(server.asked).toHaveLength(1);
  });
});
