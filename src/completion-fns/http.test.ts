import { describe, expect, test } from "vitest";
import { chatReply, errorReply, legacyReply, type MockAnswer, responsesReply } from "../../test/support/mock-openai.ts";
import { ask, failureOf, make, mockFor, secret } from "../../test/support/wire-functions.ts";
import type { CompletionRequest } from "../core/completion.ts";
import { http } from "./http.ts";

const chat: CompletionRequest["prompt"] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "hi" },
];

describe("the address", () => {
  test.each([
    { url: "/v1", path: "/v1/chat/completions", query: "" },
    { url: "/v1/", path: "/v1/chat/completions", query: "" },
    { url: "", path: "/chat/completions", query: "" },
    { url: "/a/b/v1?deployment=x", path: "/a/b/v1/chat/completions", query: "deployment=x" },
  ])("$url leads to $path", async ({ url, path, query }) => {
    const server = await mockFor();
    await ask(await make(http, { url: server.origin + url, model: "m" }, {}));
    expect(server.asked[0]).toMatchObject({ path });
    expect(server.asked[0]?.query.toString()).toBe(query);
  });

  test.each(["not a url", "ftp://127.0.0.1/v1", "http://user:pass@127.0.0.1/v1"])("%s is refused", (url) => {
    expect(http.args.safeParse({ url, model: "m" }).error?.issues[0]?.path).toEqual(["url"]);
  });
});

test("no key is sent when none is named, and headers go as they are", async () => {
  const server = await mockFor();
  await ask(await make(http, { url: server.url, model: "m", headers: { "x-team": "t" } }, { OPENAI_API_KEY: secret }));
  expect(server.asked[0]?.headers.authorization).toBeUndefined();
  expect(server.asked[0]?.headers["x-team"]).toBe("t");
});

test("a header's value is never shown, even when the server repeats it", async () => {
  const server = await mockFor(() => errorReply(400, { message: `bad header ${secret}` }));
  const fn = await make(http, { url: server.url, model: "m", headers: { "x-secret": secret } }, {});
  expect((await failureOf(ask(fn))).message).toContain("bad header [redacted]");
});

test("a page instead of JSON is told with a hint at the base URL", async () => {
  const server = await mockFor(() => ({ text: "<html>" }));
  const error = await failureOf(ask(await make(http, { url: server.origin, model: "m" }, {})));
  expect(error.more.hint).toContain("/v1");
});

test("JSON under another content type is read all the same", async () => {
  const server = await mockFor(() => ({ text: JSON.stringify(chatReply("Oslo")) }));
  expect((await ask(await make(http, { url: server.url, model: "m" }, {}))).text).toBe("Oslo");
});

test("top_logprobs_max: 0 says that the model gives no log-probabilities", async () => {
  const server = await mockFor();
  const fn = await make(http, { url: server.url, model: "m", top_logprobs_max: 0 }, {});
  expect(await fn.capabilities()).toMatchObject({ logprobs: { no: "top_logprobs_max is 0" }, top_logprobs_max: 0 });
});

describe("the completions endpoint", () => {
  const create = (server: { url: string }) => make(http, { url: server.url, model: "m", endpoint: "completions" }, {});

  test("gets a chat as one text", async () => {
    const server = await mockFor(() => ({ json: legacyReply(" hi!") }));
    expect((await ask(await create(server), { prompt: chat, sampling: { max_tokens: 2 } })).text).toBe(" hi!");
    expect(server.asked[0]).toMatchObject({
      path: "/v1/completions",
      body: { model: "m", prompt: "Be brief.\nUser: hi\nAssistant:", max_tokens: 2 },
    });
  });

  test.each([
    {
      server: "OpenAI",
      logprobs: {
        tokens: [" Os", "bytes:\\xe2\\x80"],
        token_logprobs: [-0.1, null],
        top_logprobs: [{ " Paris": -3, " Os": -0.1, x: -9 }, null],
        text_offset: [0, 3],
      },
      tokens: [
        {
          token: " Os",
          logprob: -0.1,
          top: [
            { token: " Os", logprob: -0.1 },
            { token: " Paris", logprob: -3 },
          ],
        },
        { token: "bytes:\\xe2\\x80", bytes: [0xe2, 0x80], logprob: null },
      ],
    },
    {
      server: "llama-server",
      logprobs: {
        content: [
          {
            id: 3,
            token: " Os",
            bytes: [32, 79, 115],
            logprob: -0.1,
            top_logprobs: [{ id: 3, token: " Os", bytes: [], logprob: -0.1 }],
          },
          { id: 2, token: "", bytes: [], logprob: -0.03, top_logprobs: [] },
        ],
      },
      tokens: [{ token: " Os", id: 3, logprob: -0.1, top: [{ token: " Os", id: 3, logprob: -0.1 }] }],
    },
  ])("gives log-probabilities as $server writes them", async ({ logprobs, tokens }) => {
    const server = await mockFor(() => ({ json: legacyReply(" Os", { choice: { logprobs } }) }));
    expect((await ask(await create(server), { top_logprobs: 2 })).logprobs).toEqual(tokens);
    expect(server.asked[0]?.body.logprobs).toBe(2);
  });

  test("has neither tools nor schemas", async () => {
    const fn = await create(await mockFor());
    expect(await fn.capabilities()).toMatchObject({
      tools: { no: expect.any(String) },
      json_schema: { no: expect.any(String) },
      top_logprobs_max: 5,
    });
  });
});

describe("the responses endpoint", () => {
  const create = (server: { url: string }, more: object = {}) =>
    make(http, { url: server.url, model: "m", endpoint: "responses", ...more }, {});

  test("gets what a chat would, in its own words, and is told to keep nothing", async () => {
    const server = await mockFor();
    const completion = await ask(await create(server), {
      prompt: chat,
      sampling: { temperature: 0, max_tokens: 8, seed: 1, stop: ["x"] },
      tools: [{ name: "look", parameters: {} }],
      tool_choice: { name: "look" },
      json_schema: { type: "object" },
      top_logprobs: 3,
    });
    expect(completion).toMatchObject({
      text: "hi",
      finish: "stop",
      usage: { input: 9, output: 2, cached: 4, reasoning: 1 },
      served: { model: "mock-1" },
      adjusted: ["stop: dropped", "seed: dropped"],
    });
    expect(server.asked[0]?.path).toBe("/v1/responses");
    expect(server.asked[0]?.body).toEqual({
      model: "m",
      store: false,
      input: chat,
      temperature: 0,
      max_output_tokens: 8,
      tools: [{ type: "function", strict: false, name: "look", parameters: {} }],
      tool_choice: { type: "function", name: "look" },
      text: { format: { type: "json_schema", name: "reply", schema: { type: "object" }, strict: true } },
      top_logprobs: 3,
      include: ["message.output_text.logprobs"],
    });
  });

  test("gets images, tool calls and their results as items", async () => {
    const server = await mockFor(() => ({ json: responsesReply("ok") }));
    await ask(await create(server), {
      prompt: [
        {
          role: "user",
          content: [
            { type: "text", text: "what is this?" },
            { type: "image_url", image_url: { url: "data:x" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "c1", content: "a cat" },
        { role: "assistant", content: [{ type: "text", text: "hm" }] },
      ],
    });
    expect(server.asked[0]?.body.input).toEqual([
      {
        role: "user",
        content: [
          { type: "input_text", text: "what is this?" },
          { type: "input_image", image_url: "data:x", detail: "auto" },
        ],
      },
      { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "a cat" },
      { role: "assistant", content: [{ type: "output_text", text: "hm" }] },
    ]);
  });

  const reasoning = { id: "r", type: "reasoning", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "zzz" };
  const message = (content: object) => ({ type: "message", role: "assistant", content: [content] });
  test.each([
    {
      what: "reasoning beside the text",
      reply: { output: [reasoning, message({ type: "output_text", text: "Oslo" })] },
      completion: { text: "Oslo", reasoning: "hm", finish: "stop" },
    },
    {
      what: "reasoning that is shown in full",
      reply: { output: [{ ...reasoning, content: [{ type: "reasoning_text", text: "hm, well" }] }] },
      completion: { text: "", reasoning: "hm, well" },
    },
    {
      what: "a refusal",
      reply: { output: [message({ type: "refusal", refusal: "I won't." })] },
      completion: { text: "", refusal: "I won't." },
    },
    {
      what: "a function call",
      reply: { output: [{ type: "function_call", id: "f", call_id: "c1", name: "look", arguments: '{"a":1}' }] },
      completion: { finish: "tool_calls", tool_calls: [{ id: "c1", name: "look", arguments: '{"a":1}' }] },
    },
    {
      what: "a text cut off",
      reply: { reply: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } } },
      completion: { text: "Os", finish: "length" },
    },
    {
      what: "a filtered text",
      reply: { reply: { status: "incomplete", incomplete_details: { reason: "content_filter" } } },
      completion: { finish: "content_filter" },
    },
    {
      what: "an item of a kind we do not know",
      reply: { output: [{ type: "web_search_call", id: "w" }] },
      completion: { text: "" },
    },
    {
      what: "log-probabilities",
      reply: {
        output: [
          message({
            type: "output_text",
            text: "Os",
            logprobs: [{ token: "Os", logprob: -1, bytes: [79, 115], top_logprobs: [] }],
          }),
        ],
      },
      completion: { logprobs: [{ token: "Os", logprob: -1 }] },
    },
  ])("gives $what", async ({ reply, completion }) => {
    const server = await mockFor(() => ({ json: responsesReply("Os", reply) }));
    expect(await ask(await create(server), { top_logprobs: 0 })).toMatchObject(completion);
  });

  test.each<{ what: string; answer: MockAnswer; says: string }>([
    {
      what: "failed",
      answer: { json: responsesReply("", { reply: { status: "failed", error: { code: "server_error", message: "oops" } } }) },
      says: "oops",
    },
    {
      what: "still queued",
      answer: { json: responsesReply("", { reply: { status: "queued" } }) },
      says: "left the reply queued",
    },
    { what: "without output", answer: { json: { object: "response", status: "completed" } }, says: "output" },
  ])("fails with provider.reply when it comes back $what", async ({ answer, says }) => {
    const server = await mockFor(() => answer);
    const error = await failureOf(ask(await create(server)));
    expect(error).toMatchObject({ code: "provider.reply", more: { retry: {} } });
    expect(error.message).toContain(says);
  });
});
