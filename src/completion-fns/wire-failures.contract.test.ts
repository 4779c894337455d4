import { describe, expect, test } from "vitest";
import {
  chatReply,
  errorReply,
  type MockAnswer,
  type MockRequest,
  replyTo,
  startMockOpenai,
} from "../../test/support/mock-openai.ts";
import { ask, contextOf, failureOf, maker, mockFor, plain, secret, wireKinds } from "../../test/support/wire-functions.ts";
import type { CompletionRequest } from "../core/completion.ts";
import type { RateLimits } from "../core/rate-limits.ts";

describe.each(wireKinds)("$name", (wire) => {
  const { name, kind, keyName, args } = wire;
  const create = maker(wire);

  test("tells what the server says of its limits, beside a reply and beside a refusal", async () => {
    const headers = {
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-requests": "1s",
    };
    const server = await mockFor((request) =>
      request.index === 0 ? { json: chatReply("Oslo"), headers } : errorReply(429, { message: "try again in 1.2s" }, headers),
    );
    const fn = await create(server);
    const told: RateLimits[] = [];
    const ctx = { ...contextOf().ctx, onLimits: (limits: RateLimits) => void told.push(limits) };
    await fn.complete(plain, ctx);
    const failure = await failureOf(fn.complete(plain, ctx));
    expect(failure.more.retry).toEqual({ after_ms: 1200 });
    const limits = { requests: { limit: 60, remaining: 59, reset_ms: 1000 }, tokens: undefined };
    expect(told).toEqual([limits, limits]);
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
      const server = await mockFor(() => answer);
      const error = await failureOf(ask(await create(server), { sampling: { temperature: 3 } }));
      expect(error.code).toBe(code);
      expect(error.more.retry !== undefined).toBe(retry);
      expect(error.more.status).toBe(status);
      expect(error.message).toContain(server.origin);
      expect(server.asked).toHaveLength(1);
    });

    test("a wait in the retry, as the server asks", async () => {
      const server = await mockFor(() => errorReply(429, {}, { "retry-after-ms": "1500" }));
      expect((await failureOf(ask(await create(server)))).more.retry).toEqual({ after_ms: 1500 });
    });

    test("provider.timeout when a server never answers", async () => {
      const server = await mockFor(() => ({ fault: "hang" }));
      const error = await failureOf(ask(await create(server, { timeout_s: 0.3 })));
      expect(error).toMatchObject({ code: "provider.timeout", more: { retry: {} } });
    });

    test("run.interrupted when the run is stopped", async () => {
      const server = await mockFor(() => ({ fault: "hang" }));
      const run = new AbortController();
      const fn = await create(server);
      const failed = failureOf(fn.complete(plain, contextOf(run.signal).ctx));
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
      const server = await mockFor(strict);
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
      const server = await mockFor(strict);
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
      const server = await mockFor(strict);
      const fn = await create(server, { extra_options: { temperature: 0 } });
      expect((await failureOf(ask(fn))).code).toBe("provider.rejected");
    });

    test("leaves requests alone that do not have it", async () => {
      const server = await mockFor(strict);
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
      const server = await mockFor(() => answer);
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
      const server = await mockFor(() => errorReply(401, { message: "wrong key" }));
      const error = await failureOf((await create(server)).capabilities());
      expect(error.code).toBe("provider.auth");
      expect(error.more.hint).toContain(keyName);
    });

    test("fail with provider.unreachable and the address when nobody listens", async () => {
      const server = await startMockOpenai();
      await server.close();
      const error = await failureOf((await create(server)).capabilities());
      expect(error.code).toBe("provider.unreachable");
      expect(error.message).toBe(`nobody listens at ${server.origin} (ECONNREFUSED)`);
    });
  });

  test.each([
    { what: "no key", key: " " },
    { what: "a key in typographic quotes", key: `“${secret}”` },
    { what: "a key on two lines", key: `${secret}\nx` },
  ])("says model.key-missing, with the variable's name, at $what, before anything is asked", async ({ key }) => {
    const server = await mockFor();
    const error = await failureOf(create(server, {}, { [keyName]: key }));
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
