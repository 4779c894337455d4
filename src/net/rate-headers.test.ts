import { describe, expect, test } from "vitest";
import { readRateLimits, untilReset } from "./rate-headers.ts";

type Headers = { readonly [name: string]: string };
const named = (headers: Headers) => (name: string) => headers[name.replace(/^x-ratelimit-/, "")];

const now = Date.parse("2026-11-20T10:00:00Z");

describe("readRateLimits", () => {
  test("reads what OpenAI sends", () => {
    const headers = {
      ...{ "limit-requests": "60", "remaining-requests": "59", "reset-requests": "1s" },
      ...{ "limit-tokens": "150000", "remaining-tokens": "149984", "reset-tokens": "6m0s" },
    };
    expect(readRateLimits(named(headers))).toEqual({
      requests: { limit: 60, remaining: 59, reset_ms: 1000 },
      tokens: { limit: 150_000, remaining: 149_984, reset_ms: 360_000 },
    });
  });

  test.each<{ name: string; headers: Headers; limits: object | undefined }>([
    { name: "Azure's remainders alone", headers: { "remaining-requests": "9" }, limits: { requests: { remaining: 9 } } },
    {
      name: "nothing where the server does not count",
      headers: { "remaining-requests": "-1", "remaining-tokens": "" },
      limits: undefined,
    },
    { name: "nothing without headers", headers: {}, limits: undefined },
    {
      name: "a moment in place of a time",
      headers: { "remaining-requests": "5", "reset-requests": String(now / 1000 + 60) },
      limits: { requests: { remaining: 5, reset_ms: 60_000 } },
    },
    {
      name: "a remainder whose reset is junk",
      headers: { "remaining-tokens": "5", "reset-tokens": "soon" },
      limits: { tokens: { remaining: 5 } },
    },
  ])("reads $name", ({ headers, limits }) => {
    expect(readRateLimits(named(headers), now)).toEqual(limits);
  });
});

describe("untilReset", () => {
  test.each<{ name: string; headers: Headers; ms: number | undefined }>([
    {
      name: "the limit that is used up",
      headers: { "remaining-requests": "0", "reset-requests": "20ms", "remaining-tokens": "7", "reset-tokens": "9s" },
      ms: 20,
    },
    {
      name: "the later of two",
      headers: { "remaining-requests": "0", "reset-requests": "2s", "remaining-tokens": "0", "reset-tokens": "9s" },
      ms: 9000,
    },
    { name: "a reset of nobody knows what", headers: { "reset-requests": "250ms" }, ms: 250 },
    { name: "none while something is left", headers: { "remaining-requests": "5", "reset-requests": "2s" }, ms: undefined },
    { name: "none without headers", headers: {}, ms: undefined },
  ])("is that of $name", ({ headers, ms }) => {
    expect(untilReset(named(headers), now)).toBe(ms);
  });
});
