import { afterEach, describe, expect, test } from "vitest";
import {
  chatReply,
  errorReply,
  type MockAnswer,
  type MockOpenai,
  type MockOptions,
  type MockRequest,
  promptText,
  replyTo,
  startMockOpenai,
} from "../../test/support/mock-openai.ts";
import type { FunctionKind } from "../core/catalogue.ts";
import type { CallContext, Completion, CompletionFn, CompletionRequest } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { azure } from "./azure.ts";
import { http } from "./http.ts";
import { openai } from "./openai.ts";

const secret = "not-a-real-key-1234567890";

/** The three functions over the same mock, each with the arguments that lead it there. */
const kinds: { name: string; kind: FunctionKind; keyName: string; path: string; args(server: { origin: string }): object }[] = [
  {
    name: "http",
    kind: http,
    keyName: "SERVER_KEY",
    path: "/v1/chat/completions",
    args: ({ origin }) => ({ url: `${origin}/v1`, model: "m", api_key_env: "SERVER_KEY" }),
  },
  {
    name: "openai",
    kind: openai,
    keyName: "OPENAI_API_KEY",
    path: "/v1/chat/completions",
    args: ({ origin }) => ({ base_url: `${origin}/v1`, model: "m" }),
  },
  {
    name: "azure",
    kind: azure,
    keyName: "AZURE_OPENAI_API_KEY",
    path: "/openai/deployments/m/chat/completions",
    args: ({ origin }) => ({ endpoint: origin, deployment: "m", api_version: "2024-10-21" }),
  },
];

const cleanups: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function mock(answer?: NonNullable<MockOptions["answer"]>): Promise<MockOpenai> {
  const server = await startMockOpenai(answer === undefined ? {} : { answer });
  cleanups.push(server.close);
  return server;
}

const never = new AbortController().signal;

function contextOf(signal = never) {
  const tries: { status?: number | undefined; code: string }[] = [];
  const ctx: CallContext = {
    signal,
    sample: { id: "s", attempt: 0 },
    seed: 1,
    onTry: ({ status, code }) => tries.push({ status, code }),
  };
  return { ctx, tries };
}

const plain: CompletionRequest = { prompt: [{ role: "user", content: "capital of Norway? Oslo" }], sampling: {} };

describe.each(kinds)("$name", ({ name, kind, keyName, path, args }) => {
  async function create(server: { origin: string }, more: object = {}, env: { [name: string]: string } = { [keyName]: secret }) {
    const fn = await kind.create(
      { ...args(server), ...more },
      { name: "the-model", resolvePath: (file) => file, env, timeoutMs: 5000 },
    );
    cleanups.push(() => fn.close?.());
    return fn;
  }

  async function ask(fn: CompletionFn, request: Partial<CompletionRequest> = {}): Promise<Completion> {
    return fn.complete({ ...plain, ...request }, contextOf().ctx);
  }

  async function failure(promise: Promise<unknown>): Promise<FinegaugeError> {
    const thrown = await promise.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(FinegaugeError);
    expect(JSON.stringify([(thrown as FinegaugeError).message, (thrown as FinegaugeError).more.hint])).not.toContain(secret);
    return thrown as FinegaugeError;
  }

  test("asks with model, messages and sampling, and gives back what the server said", async () => {
    const server = await mock();
    const fn = await create(server);
    const completion = await ask(fn, {
      sampling: { temperature: 0, top_p: 1, max_tokens: 8, stop: ["\n"], seed: 7, extra: { n: 1 } },
    });
    expect(completion).toEqual({
      text: "Oslo",
      finish: "stop",
      ms: expect.any(Number),
      usage: { input: 9, output: 2, cached: 4, reasoning: 1 },
      served: { model: "mock-1", fingerprint: "fp_mock" },
    });
    const [request] = server.asked;
    expect(request?.path).toBe(path);
    expect(request?.body).toEqual({
      model: "m",
      messages: [{ role: "user", content: "capital of Norway? Oslo" }],
      temperature: 0,
      top_p: 1,
      max_tokens: 8,
      stop: ["\n"],
      seed: 7,
      n: 1,
    });
    expect(request?.headers["content-type"]).toBe("application/json");
    expect(name === "azure" ? request?.headers["api-key"] : request?.headers.authorization).toBe(
      name === "azure" ? secret : `Bearer ${secret}`,
    );
    expect(request?.query.get("api-version")).toBe(name === "azure" ? "2024-10-21" : null);
  });

  test("sends a text as one system message, or as the user's when told so", async () => {
    const server = await mock();
    await ask(await create(server), { prompt: "hello" });
    await ask(await create(server, { text_role: "user" }), { prompt: "hello" });
    expect(server.asked.map(({ body }) => body.messages)).toEqual([
      [{ role: "system", content: "hello" }],
      [{ role: "user", content: "hello" }],
    ]);
  });

  test("answers each of many questions at once with its own reply", async () => {
    const server = await mock();
    const fn = await create(server, { concurrency_max: 20 });
    const words = Array.from({ length: 100 }, (_, i) => `w${i}`);
    const replies = await Promise.all(words.map((word) => ask(fn, { prompt: [{ role: "user", content: `say ${word}` }] })));
    expect(replies.map(({ text }) => text)).toEqual(words);
  });

  test("keeps characters of every kind whole", async () => {
    const server = await mock((request) => replyTo(request, promptText(request)));
    const text = 'é 🙂 \u2028 "quoted" \\ \u0000 日本';
    expect((await ask(await create(server), { prompt: [{ role: "user", content: text }] })).text).toBe(text);
  });

  test("merges extra_options into the request last", async () => {
    const server = await mock();
    await ask(await create(server, { extra_options: { temperature: 0.5, user: "u" } }), { sampling: { temperature: 0 } });
    expect(server.asked[0]?.body).toMatchObject({ temperature: 0.5, user: "u" });
  });

  test("sends tools and a schema", async () => {
    const server = await mock();
    const parameters = { type: "object", properties: {} };
    await ask(await create(server), {
      tools: [{ name: "look", description: "looks", parameters }],
      tool_choice: { name: "look" },
      json_schema: { type: "object" },
    });
    expect(server.asked[0]?.body).toMatchObject({
      tools: [{ type: "function", function: { name: "look", description: "looks", parameters } }],
      tool_choice: { type: "function", function: { name: "look" } },
      response_format: { type: "json_schema", json_schema: { name: "reply", schema: { type: "object" }, strict: true } },
    });
  });

  describe("takes as a reply", () => {
    const call = { id: "c1", type: "function", function: { name: "look", arguments: '{"at": 1}' } };
    test.each([
      { what: "no text", reply: chatReply(null), completion: { text: "", finish: "stop" } },
      { what: "an empty text", reply: chatReply(""), completion: { text: "", finish: "stop" } },
      {
        what: "a text cut off",
        reply: chatReply("Os", { choice: { finish_reason: "length" } }),
        completion: { text: "Os", finish: "length" },
      },
      {
        what: "a refusal",
        reply: chatReply(null, { message: { refusal: "I won't." } }),
        completion: { text: "", refusal: "I won't." },
      },
      {
        what: "tool calls",
        reply: chatReply(null, { message: { tool_calls: [call] }, choice: { finish_reason: "tool_calls" } }),
        completion: { text: "", finish: "tool_calls", tool_calls: [{ id: "c1", name: "look", arguments: '{"at": 1}' }] },
      },
      {
        what: "a filtered reply",
        reply: chatReply("", { choice: { finish_reason: "content_filter" } }),
        completion: { text: "", finish: "content_filter" },
      },
      {
        what: "a filtered reply without a message",
        reply: { choices: [{ index: 0, finish_reason: "content_filter", content_filter_results: {} }] },
        completion: { text: "", finish: "content_filter" },
      },
      {
        what: "an unknown reason to end",
        reply: chatReply("x", { choice: { finish_reason: "lunch" } }),
        completion: { finish: "other" },
      },
      {
        what: "thinking before the text",
        reply: chatReply("<think>hm</think>\n\nOslo"),
        completion: { thinking: "<think>hm</think>\n\n", text: "Oslo" },
      },
      {
        what: "reasoning in a field of its own",
        reply: chatReply("Oslo", { message: { reasoning_content: "hm" } }),
        completion: { text: "Oslo", reasoning: "hm" },
      },
      {
        what: "reasoning in the other field",
        reply: chatReply("Oslo", { message: { reasoning: "hm" } }),
        completion: { reasoning: "hm" },
      },
      {
        what: "content in parts",
        reply: chatReply([
          { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
          { type: "text", text: "Os" },
          { type: "text", text: "lo" },
        ]),
        completion: { text: "Oslo", reasoning: "hm" },
      },
      { what: "usage that is nonsense", reply: chatReply("Oslo", { reply: { usage: "many" } }), completion: { text: "Oslo" } },
    ])("$what", async ({ reply, completion }) => {
      const server = await mock(() => ({ json: reply }));
      expect(await ask(await create(server))).toMatchObject(completion);
    });
  });

  test("gives log-probabilities, best alternatives first, as many as were asked for", async () => {
    const content = [
      {
        token: " Os",
        logprob: -0.1,
        bytes: [32, 79, 115],
        top_logprobs: [
          { token: " Os", logprob: -0.1 },
          { token: "x", logprob: -3.4e38 },
        ],
      },
      { token: "\ufffd", logprob: -2, bytes: [240, 159], top_logprobs: [] },
      { token: "", logprob: -0.5, bytes: [], top_logprobs: [] },
    ];
    const server = await mock(() => ({ json: chatReply(" Os", { choice: { logprobs: { content } } }) }));
    const fn = await create(server);
    expect((await ask(fn, { top_logprobs: 5 })).logprobs).toEqual([
      {
        token: " Os",
        logprob: -0.1,
        top: [
          { token: " Os", logprob: -0.1 },
          { token: "x", logprob: null },
        ],
      },
      { token: "\ufffd", logprob: -2, bytes: [240, 159], top: [] },
    ]);
    expect((await ask(fn, { top_logprobs: 0 })).logprobs?.[0]).toEqual({ token: " Os", logprob: -0.1 });
    expect((await ask(fn)).logprobs).toBeUndefined();
    expect(server.asked.map(({ body }) => [body.logprobs, body.top_logprobs])).toEqual([
      [true, 5],
      [true, 1],
      [undefined, undefined],
    ]);
  });

  test("counts a prompt that the provider's filter stops as a filtered reply, and asks once", async () => {
    const innererror = {
      code: "ResponsibleAIPolicyViolation",
      content_filter_result: { violence: { filtered: true, severity: "high" } },
    };
    const server = await mock(() =>
      errorReply(400, { message: "filtered", param: "prompt", code: "content_filter", innererror }),
    );
    expect(await ask(await create(server))).toEqual({ text: "", finish: "content_filter", ms: expect.any(Number) });
    expect(server.asked).toHaveLength(1);
  });

  describe("fails with", () => {
    const answers: { what: string; answer: MockAnswer; code: string; retry: boolean; status?: number }[] = [
      { what: "a connection reset", answer: { fault: "reset" }, code: "provider.unreachable", retry: true },
      { what: "half a body", answer: { fault: "half-body" }, code: "provider.reply", retry: true },
      { what: "something that is not HTTP", answer: { fault: "not-http" }, code: "provider.reply", retry: true },
      {
        what: "a page instead of JSON",
        answer: { text: "<html>hello</html>" },
        code: "provider.reply",
        retry: true,
        status: 200,
      },
      { what: "half of the JSON", answer: { text: '{"choices":[' }, code: "provider.reply", retry: true, status: 200 },
      { what: "an empty body", answer: { text: "" }, code: "provider.reply", retry: true, status: 200 },
      {
        what: "an error in a success",
        answer: { json: { error: { message: "overloaded" } } },
        code: "provider.reply",
        retry: true,
        status: 200,
      },
      {
        what: "no choices",
        answer: { json: chatReply("x", { reply: { choices: [] } }) },
        code: "provider.reply",
        retry: true,
        status: 200,
      },
      {
        what: "a choice of another shape",
        answer: { json: { choices: [{ message: { content: 5 } }] } },
        code: "provider.reply",
        retry: true,
        status: 200,
      },
      {
        what: "a reply that ends in an error",
        answer: { json: chatReply("", { choice: { finish_reason: "error" } }) },
        code: "provider.reply",
        retry: true,
        status: 200,
      },
      {
        what: "a defect of the server",
        answer: errorReply(500, { message: "oops" }),
        code: "provider.server",
        retry: true,
        status: 500,
      },
      {
        what: "too many requests",
        answer: errorReply(429, { message: "slow down" }),
        code: "provider.rate",
        retry: true,
        status: 429,
      },
      {
        what: "a spent quota",
        answer: errorReply(429, { code: "insufficient_quota" }),
        code: "provider.rate",
        retry: false,
        status: 429,
      },
      {
        what: "a wrong key",
        answer: errorReply(401, { message: `no ${secret}` }),
        code: "provider.auth",
        retry: false,
        status: 401,
      },
      {
        what: "an unknown model",
        answer: errorReply(404, { message: "no model" }),
        code: "provider.rejected",
        retry: false,
        status: 404,
      },
      {
        what: "a prompt that is too long",
        answer: errorReply(400, { code: "context_length_exceeded" }),
        code: "provider.context-exceeded",
        retry: false,
        status: 400,
      },
      {
        what: "a value out of range",
        answer: errorReply(400, { message: "Invalid 'temperature'", param: "temperature" }),
        code: "provider.rejected",
        retry: false,
        status: 400,
      },
    ];
    test.each(answers)("$code at $what, retry $retry", async ({ answer, code, retry, status }) => {
      const server = await mock(() => answer);
      const error = await failure(ask(await create(server), { sampling: { temperature: 3 } }));
      expect(error.code).toBe(code);
      expect(error.more.retry !== undefined).toBe(retry);
      expect(error.more.status).toBe(status);
      expect(error.message).toContain(server.origin);
      expect(server.asked).toHaveLength(1);
    });

    test("a wait in the retry, as the server asks", async () => {
      const server = await mock(() => errorReply(429, {}, { "retry-after-ms": "1500" }));
      expect((await failure(ask(await create(server)))).more.retry).toEqual({ after_ms: 1500 });
    });

    test("provider.timeout when a server never answers", async () => {
      const server = await mock(() => ({ fault: "hang" }));
      const error = await failure(ask(await create(server, { timeout_s: 0.3 })));
      expect(error).toMatchObject({ code: "provider.timeout", more: { retry: {} } });
    });

    test("run.interrupted when the run is stopped", async () => {
      const server = await mock(() => ({ fault: "hang" }));
      const run = new AbortController();
      const fn = await create(server);
      const failed = failure(fn.complete(plain, contextOf(run.signal).ctx));
      await expect.poll(() => server.asked.length).toBe(1);
      run.abort();
      expect((await failed).code).toBe("run.interrupted");
    });
  });

  describe("a parameter that the model refuses", () => {
    /** Refuses as OpenAI's reasoning models do. */
    function strict(request: MockRequest): MockAnswer {
      const { body } = request;
      const no = (param: string, message: string, code: string) =>
        errorReply(400, { message, type: "invalid_request_error", param, code });
      if ("max_tokens" in body) {
        const message =
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        return no("max_tokens", message, "unsupported_parameter");
      }
      if ("temperature" in body)
        return no("temperature", "Unsupported value: 'temperature' does not support 0.", "unsupported_value");
      if ("logprobs" in body) return errorReply(403, { message: "You are not allowed to request logprobs from this model" });
      return replyTo(request, "Oslo");
    }

    test("is left out or renamed, said so in each reply, and not tried again", async () => {
      const server = await mock(strict);
      const fn = await create(server);
      const { ctx, tries } = contextOf();
      const request: CompletionRequest = { ...plain, sampling: { temperature: 0, max_tokens: 8, top_p: 1 }, top_logprobs: 2 };
      const adjusted = [
        "temperature: dropped",
        "max_tokens: sent as max_completion_tokens",
        "logprobs: dropped",
        "top_logprobs: dropped",
      ];
      expect(await fn.complete(request, ctx)).toMatchObject({ text: "Oslo", adjusted });
      expect(tries).toEqual([400, 400, 403].map((status) => ({ status, code: "provider.rejected" })));
      expect(await fn.complete({ ...request, prompt: "again" }, ctx)).toMatchObject({ text: "Oslo", adjusted });
      expect(tries).toHaveLength(3);
      expect(server.asked).toHaveLength(5);
      expect(server.asked.at(-1)?.body).toEqual({
        model: "m",
        messages: [{ role: "system", content: "again" }],
        max_completion_tokens: 8,
        top_p: 1,
      });
    });

    test("is learnt once by requests that were under way together", async () => {
      const server = await mock(strict);
      const fn = await create(server);
      const { ctx, tries } = contextOf();
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => fn.complete({ ...plain, sampling: { temperature: 0 } }, ctx)),
      );
      expect(replies.map(({ text, adjusted }) => [text, adjusted])).toEqual(Array(8).fill(["Oslo", ["temperature: dropped"]]));
      expect(tries).toHaveLength(8);
      await ask(fn, { sampling: { temperature: 0 } });
      expect(server.asked).toHaveLength(17);
    });

    test("is an error when the user set it in extra_options", async () => {
      const server = await mock(strict);
      const fn = await create(server, { extra_options: { temperature: 0 } });
      expect((await failure(ask(fn))).code).toBe("provider.rejected");
    });

    test("leaves requests alone that do not have it", async () => {
      const server = await mock(strict);
      const fn = await create(server);
      await ask(fn, { sampling: { temperature: 0 } });
      expect((await ask(fn, { sampling: { top_p: 1 } })).adjusted).toBeUndefined();
    });
  });

  describe("capabilities", () => {
    test.each([
      { what: "a list of models", answer: { json: { data: [] } } as MockAnswer },
      { what: "404", answer: errorReply(404, { message: "no" }) },
      { what: "403", answer: errorReply(403, { message: "no" }) },
      { what: "500", answer: { status: 500, text: "" } as MockAnswer },
    ])("are given when the server answers its probe with $what, and the probe is sent once", async ({ answer }) => {
      const server = await mock(() => answer);
      const fn = await create(server, { concurrency_max: 3 });
      expect(await fn.capabilities()).toMatchObject({
        chat: "yes",
        text: "yes",
        logprobs: "yes",
        top_logprobs_max: 20,
        concurrency_max: 3,
      });
      await fn.capabilities();
      expect(server.requests.map(({ method }) => method)).toEqual(["GET"]);
      expect(server.asked).toEqual([]);
    });

    test("fail with provider.auth and the key's variable at 401", async () => {
      const server = await mock(() => errorReply(401, { message: "wrong key" }));
      const error = await failure((await create(server)).capabilities());
      expect(error.code).toBe("provider.auth");
      expect(error.more.hint).toContain(keyName);
    });

    test("fail with provider.unreachable and the address when nobody listens", async () => {
      const server = await startMockOpenai();
      await server.close();
      const error = await failure((await create(server)).capabilities());
      expect(error.code).toBe("provider.unreachable");
      expect(error.message).toBe(`nobody listens at ${server.origin} (ECONNREFUSED)`);
    });
  });

  test("says model.key-missing, with the variable's name, before anything is asked", async () => {
    const server = await mock();
    const error = await failure(create(server, {}, { [keyName]: " " }));
    expect(error.code).toBe("model.key-missing");
    expect(error.message).toContain(keyName);
    expect(server.requests).toEqual([]);
  });

  test("refuses a key among its arguments", () => {
    const parsed = kind.args.safeParse({ ...args({ origin: "http://127.0.0.1:1" }), api_key: secret });
    expect(parsed.error?.issues[0]).toMatchObject({ path: ["api_key"], message: expect.stringContaining("api_key_env") });
  });

  test("has an identity that tells models and addresses apart and shows no address", async () => {
    const here = { origin: "http://127.0.0.1:1" };
    const identity = await (await create(here)).identity();
    expect(identity).toEqual({ fn: name, model: "m", endpoint_hash: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(await (await create(here, { timeout_s: 9 })).identity()).toEqual(identity);
    const others = [await create({ origin: "http://127.0.0.1:2" }), await create(here, { text_role: "user" })];
    for (const other of others) expect((await other.identity()).endpoint_hash).not.toBe(identity.endpoint_hash);
  });
});
