import { expect, test } from "vitest";
import { providerFailure, thrownFailure } from "./failure.ts";

test.each([
  ["API error: 503 Service Unavailable", "provider.server", true],
  ["HTTP call failed with status 502: Bad Gateway", "provider.server", true],
  ['Failed to transform response: … : {"response":{"status":500}}', "provider.server", true],
  ["API error: 501 Not Implemented", "provider.rejected", false],
  ["API error: 404 Not Found", "provider.rejected", false],
  ["API error: 413 Payload Too Large", "provider.context-exceeded", false],
  ["API call error: Error: Request timed out after 1000 ms", "provider.timeout", true],
  ["API call error: TypeError: fetch failed (Cause: Error: connect ECONNREFUSED 127.0.0.1:1)", "provider.unreachable", true],
  ["Missing API key for this provider", "provider.auth", false],
  ["exec: command failed with code 1: it costs 500 dollars", "provider.reply", false],
  ["API error: TypeError: Cannot read properties of undefined", "provider.reply", false],
])("%s", (said, code, retried) => {
  const error = providerFailure("m", said);
  expect([error.code, error.more.retry !== undefined]).toEqual([code, retried]);
  expect(error.message).toBe(`m: ${said}`);
});

test("what is thrown with a status and headers is told by them", () => {
  const thrown = Object.assign(new Error("Rate limit exceeded"), { status: 429, headers: { "Retry-After": "7" } });
  expect(thrownFailure("m", thrown)).toMatchObject({ code: "provider.rate", more: { status: 429, retry: { after_ms: 7000 } } });
});

test("a date to wait until is left to our own waits", () => {
  const http = { status: 503, headers: { "retry-after": "Fri, 20 Nov 2026 10:00:00 GMT" } };
  expect(providerFailure("m", "API error: 503", http).more.retry).toEqual({});
});

test("a page of HTML in place of a reply is cut", () => {
  expect(providerFailure("m", "x".repeat(50_000)).message.length).toBeLessThan(1100);
});
