import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PlanFacts, planLine, wrapParts } from "./plan-line.ts";
import type { Prospect } from "./price-prospect.ts";

describe("wrapParts", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}( [a-z]{1,9}){0,3}$/), { minLength: 1, maxLength: 12 });

  test("loses no part and keeps every line under the width, save for a part that is wider by itself", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 120 }), (parts, columns) => {
        const lines = wrapParts(parts.join(" · "), columns).split("\n");
        const bare = lines.map((line, at) => (at === 0 ? line : line.replace(/^ {6}/, "")));
        expect(bare.join(" · ")).toBe(parts.join(" · "));
        for (const line of lines) if (line.includes(" · ")) expect(line.length).toBeLessThan(columns);
      }),
    );
  });

  test("leaves a line for a pipe whole", () => {
    const text = Array.from({ length: 40 }, () => "part").join(" · ");
    expect(wrapParts(text, undefined)).toBe(text);
    expect(wrapParts(text, text.length + 1)).toBe(text);
    expect(wrapParts("aaa · bbb · ccc", 10)).toBe("aaa · bbb\n      ccc");
  });
});

describe("planLine", () => {
  const tokens = { input: 2000, output: 160, by: "limit" as const };
  const prospect: Prospect = {
    requests: 20,
    tokens,
    usd: undefined,
    left: { usd: undefined, leastUsd: undefined, leastTokens: 0 },
    ms: 10_000,
  };
  const facts: PlanFacts = {
    eval: "numbers.test.v1",
    model: "mock",
    prospect,
    local: true,
    width: { start: 4, least: 4, most: 4 },
    sampling: { temperature: 0, max_tokens: 8 },
  };

  test("says what will be asked, sent, and left to the model", () => {
    expect(planLine(facts)).toBe(
      "plan  numbers.test.v1 on mock: 20 requests · about 2.0k tokens in, at most 160 out · no price · about 10 s · 4 at a time · temperature 0, max_tokens 8 · left to the model: top_p, stop, seed",
    );
  });

  test.each([
    { width: { start: 20, least: 4, most: 100 }, says: "· 20 at a time, adapting 4 to 100 ·" },
    { width: { start: 8, least: 4, most: 8 }, says: "· 8 at a time, adapting 4 to 8 ·" },
    { width: undefined, says: "· as many at a time as the server has slots ·" },
  ])("says how many are asked at once: $says", ({ width, says }) => {
    expect(planLine({ ...facts, width })).toContain(says);
  });

  test.each([
    { name: "a price unknown", more: {}, says: "at most 160 out · price unknown ·" },
    { name: "a price that a limit makes the most", more: { usd: 0.0421 }, says: " · at most about $0.042 ·" },
    {
      name: "a price by an earlier run",
      more: { usd: 3.2, tokens: { ...tokens, by: "earlier" as const } },
      says: "about 2.0k tokens in, about 160 out · about $3.20 ·",
    },
    {
      name: "a price by what it assumes",
      more: { usd: 3.2, tokens: { ...tokens, by: "guess" as const } },
      says: "about 2.0k tokens in · about $3.20 if replies have 200 tokens ·",
    },
    { name: "a price of nothing", more: { usd: 0 }, says: " · at most about $0.00 ·" },
  ])("calls $name so", ({ more, says }) => {
    expect(planLine({ ...facts, local: false, prospect: { ...prospect, ...more } })).toContain(says);
  });

  test.each([
    {
      name: "what is there",
      cached: { mode: "on" as const, there: 12, newestMs: 7_200_000 },
      says: "20 requests · cache: 12 of 20 there, newest 2 h old · about 2.0k tokens in",
    },
    {
      name: "that nothing is",
      cached: { mode: "on" as const, there: 0, newestMs: undefined },
      says: "· cache: 0 of 20 there · about 2.0k",
    },
    {
      name: "that all is",
      cached: { mode: "on" as const, there: 20, newestMs: 1000 },
      says: "newest 1 s old · nothing is asked · 4 at a time",
    },
    {
      name: "that what is not is an error",
      cached: { mode: "only" as const, there: 12, newestMs: 1000 },
      says: "12 of 20 there, newest 1 s old · nothing is asked · 4 at",
    },
    {
      name: "that it is filled anew",
      cached: { mode: "refresh" as const, there: 0, newestMs: undefined },
      says: "· cache: all asked anew · about 2.0k tokens in",
    },
  ])("says of the cache $name", ({ cached, says }) => {
    expect(planLine({ ...facts, prospect: { ...prospect, cached } })).toContain(says);
  });

  test("says what it does not know, how the model is reached, and who judges", () => {
    const line = planLine({
      ...facts,
      device: "CPU, 1 thread",
      judges: ["gpt-judge"],
      prospect: { ...prospect, requests: 1, ms: undefined },
    });
    expect(line).toContain("1 request ·");
    expect(line).toContain("judged by gpt-judge, which costs extra · time unknown · 4 at a time (CPU, 1 thread)");
  });
});
