import { describe, expect, test } from "vitest";
import { FinegaugeError } from "../core/errors.ts";
import { connectionFailure, rejection } from "./classify-failure.ts";
import type { Reply } from "./exchange.ts";
import { targetOf } from "./target.ts";
import { TransportError } from "./transport-error.ts";

const target = targetOf(new URL("https://api.example.com/v1"), { model: "m-1", keyName: "THE_KEY", secrets: ["topsecretvalue"] });

function reply(status: number, error: object | string = {}, headers: { [name: string]: string } = {}): Reply {
  const body = typeof error === "string" ? error : JSON.stringify({ error });
  return { status, body, ms: 1, header: (name) => headers[name] };
}

describe("rejection", () => {
  test.each([
    { name: "too many requests", reply: reply(429, { code: "rate_limit_exceeded" }), code: "provider.rate", retry: true },
    { name: "a spent quota", reply: reply(429, { code: "insufficient_quota" }), code: "provider.rate", retry: false },
    {
      name: "a spent quota told by type",
      reply: reply(429, { type: "insufficient_quota" }),
      code: "provider.rate",
      retry: false,
    },
    {
      name: "a request beyond the limit of a minute",
      reply: reply(429, {
        message: "Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 12000.",
        code: "rate_limit_exceeded",
      }),
      code: "provider.rejected",
      retry: false,
    },
    { name: "a wrong key", reply: reply(401, { code: "invalid_api_key" }), code: "provider.auth", retry: false },
    { name: "a key without the right", reply: reply(403), code: "provider.auth", retry: false },
    { name: "an unknown model", reply: reply(404, { code: "model_not_found" }), code: "provider.rejected", retry: false },
    { name: "a timeout of the server's own", reply: reply(408), code: "provider.server", retry: true },
    { name: "a conflict", reply: reply(409), code: "provider.server", retry: true },
    { name: "a defect of the server", reply: reply(500, { message: "oops" }), code: "provider.server", retry: true },
    { name: "a gateway's page", reply: reply(502, "<html>Bad gateway</html>"), code: "provider.server", retry: true },
    { name: "a model being loaded", reply: reply(503, { message: "Loading model" }), code: "provider.server", retry: true },
    { name: "an overloaded server", reply: reply(529), code: "provider.server", retry: true },
    { name: "what is not built in", reply: reply(501), code: "provider.rejected", retry: false },
    {
      name: "llama-server's 500 for an unreadable body",
      reply: reply(500, { message: "[json.exception.parse_error.101] parse error at line 1" }),
      code: "provider.rejected",
      retry: false,
    },
    { name: "a bad request", reply: reply(400, { message: "bad" }), code: "provider.rejected", retry: false },
    {
      name: "OpenAI's long prompt",
      reply: reply(400, { code: "context_length_exceeded" }),
      code: "provider.context-exceeded",
      retry: false,
    },
    {
      name: "llama-server's long prompt",
      reply: reply(400, { type: "exceed_context_size_error", n_ctx: 512 }),
      code: "provider.context-exceeded",
      retry: false,
    },
    {
      name: "vLLM's long prompt",
      reply: reply(400, { message: "This model's maximum context length is 4096 tokens.", code: 400 }),
      code: "provider.context-exceeded",
      retry: false,
    },
    { name: "a body that is too large", reply: reply(413), code: "provider.context-exceeded", retry: false },
    {
      name: "a redirect",
      reply: reply(307, {}, { location: "https://other.example.com/v1?key=x" }),
      code: "provider.rejected",
      retry: false,
    },
    {
      name: "a 400 that may be repeated",
      reply: reply(400, {}, { "x-should-retry": "true" }),
      code: "provider.rejected",
      retry: true,
    },
    { name: "a 500 that may not", reply: reply(500, {}, { "x-should-retry": "false" }), code: "provider.server", retry: false },
  ])("calls $name $code, retry $retry", ({ reply, code, retry }) => {
    const error = rejection(reply, target);
    expect(error.code).toBe(code);
    expect(error.more.retry !== undefined).toBe(retry);
    expect(error.more.status).toBe(reply.status);
    expect(error.message).toContain("https://api.example.com ");
  });

  test("hands on how long the server asks to wait", () => {
    expect(rejection(reply(429, {}, { "retry-after": "7" }), target).more.retry).toEqual({ after_ms: 7000 });
    expect(rejection(reply(429, { message: "Please retry after 26 seconds." }), target).more.retry).toEqual({ after_ms: 26_000 });
    expect(rejection(reply(429, {}, { "retry-after": "junk" }), target).more.retry).toEqual({ after_ms: undefined });
  });

  test("never repeats a key, ours or another", () => {
    const error = rejection(reply(401, { message: "wrong key topsecretvalue, did you mean sk-abcdefghijklmnop?" }), target);
    expect(error.message).toContain("wrong key [redacted]");
    expect(error.message).not.toContain("sk-abc");
  });

  test("leaves credentials and query out of where a redirect points", () => {
    const error = rejection(reply(308, {}, { location: "https://u:p@other.example.com/v2?key=x" }), target);
    expect(error.more.hint).toBe("it points to https://other.example.com/v2: use that base URL");
  });

  test.each([
    { status: 401, hint: "check THE_KEY" },
    { status: 404, hint: 'check the model name "m-1" and the base URL, which often ends in /v1' },
  ])("says what to do about $status", ({ status, hint }) => {
    expect(rejection(reply(status), target).more.hint).toBe(hint);
  });
});

describe("connectionFailure", () => {
  const broken = (code: string, answered = false) =>
    new TransportError("connection", answered, Object.assign(new Error("x"), { code }));

  test.each([
    { name: "nobody listening", thrown: broken("ECONNREFUSED"), code: "provider.unreachable", retry: true },
    { name: "an unknown host", thrown: broken("ENOTFOUND"), code: "provider.unreachable", retry: true },
    {
      name: "a connection that takes too long",
      thrown: broken("UND_ERR_CONNECT_TIMEOUT"),
      code: "provider.unreachable",
      retry: true,
    },
    { name: "a reset before any byte", thrown: broken("ECONNRESET"), code: "provider.unreachable", retry: true },
    { name: "a kept connection closed meanwhile", thrown: broken("UND_ERR_SOCKET"), code: "provider.unreachable", retry: true },
    { name: "a reply broken off", thrown: broken("UND_ERR_SOCKET", true), code: "provider.reply", retry: true },
    { name: "no headers in time", thrown: broken("UND_ERR_HEADERS_TIMEOUT"), code: "provider.timeout", retry: true },
    { name: "silence in the body", thrown: broken("UND_ERR_BODY_TIMEOUT", true), code: "provider.timeout", retry: true },
    { name: "the deadline", thrown: new TransportError("deadline", false), code: "provider.timeout", retry: true },
    { name: "too large a reply", thrown: new TransportError("too-large", true), code: "provider.reply", retry: false },
    { name: "stop", thrown: new TransportError("stopped", false), code: "run.interrupted", retry: false },
    { name: "another protocol", thrown: broken("HPE_INVALID_CONSTANT"), code: "provider.reply", retry: true },
    { name: "an unknown certificate", thrown: broken("DEPTH_ZERO_SELF_SIGNED_CERT"), code: "provider.unreachable", retry: false },
    { name: "https to an http port", thrown: broken("ERR_SSL_WRONG_VERSION_NUMBER"), code: "provider.unreachable", retry: false },
    { name: "a header that cannot be sent", thrown: broken("UND_ERR_INVALID_ARG"), code: "provider.rejected", retry: false },
    { name: "a code we never saw", thrown: broken("EWEIRD"), code: "provider.unreachable", retry: true },
  ])("calls $name $code, retry $retry", ({ thrown, code, retry }) => {
    const error = connectionFailure(thrown, target);
    expect(error).toBeInstanceOf(FinegaugeError);
    expect(error.code).toBe(code);
    expect(error.more.retry !== undefined).toBe(retry);
    expect(error.message).toContain("https://api.example.com");
  });

  test("finds the code of an address tried over two families", () => {
    const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    const error = connectionFailure(new TransportError("connection", false, new AggregateError([refused])), target);
    expect(error.message).toBe("nobody listens at https://api.example.com (ECONNREFUSED)");
  });

  test("lets a defect of ours through as it is", () => {
    expect(() => connectionFailure(new TypeError("bug"), target)).toThrow(TypeError);
  });
});
