import { describe, expect, test } from "vitest";
import { toSample } from "../core/sample.ts";
import { type RegexArgs, regexKind, regexMatcher } from "./regex.ts";

describe("regex", () => {
  test.each<{ reply: string; patterns: string[]; args?: RegexArgs; fits: boolean }>([
    { reply: "It is 42 km.", patterns: ["\\d+ km"], fits: true },
    { reply: "It is 42 KM.", patterns: ["\\d+ km"], fits: false },
    { reply: "It is 42 KM.", patterns: ["\\d+ km"], args: { ignore_case: true }, fits: true },
    { reply: "42 km", patterns: ["\\d+"], args: { whole: true }, fits: false },
    { reply: "42", patterns: ["\\d+"], args: { whole: true }, fits: true },
    { reply: "a\n42", patterns: ["^42$"], fits: false },
    { reply: "a\n42", patterns: ["^42$"], args: { multiline: true }, fits: true },
    { reply: "a\nb", patterns: ["a.b"], fits: false },
    { reply: "a\nb", patterns: ["a.b"], args: { dotall: true }, fits: true },
    { reply: "sorry", patterns: ["sorry"], args: { not: true }, fits: false },
    { reply: "fine", patterns: ["sorry"], args: { not: true }, fits: true },
    { reply: "ab", patterns: ["x", "b$"], fits: true },
    // An alternative is held together when the whole reply must fit.
    { reply: "ax", patterns: ["a|b"], args: { whole: true }, fits: false },
  ])("$reply against $patterns with $args is $fits", ({ reply, patterns, args = {}, fits }) => {
    expect(regexMatcher(args)(reply, patterns) !== undefined).toBe(fits);
  });

  test("more patterns than are kept are all right", () => {
    const first = regexMatcher({});
    for (let n = 0; n < 500; n++) expect(first(`item ${n}!`, [`item ${n}!`])).toBe(`item ${n}!`);
  });

  test("a pattern that is none is told before the run", () => {
    expect(regexKind.args.safeParse({ pattern: "(" }).error?.issues[0]).toMatchObject({ path: ["pattern"] });
    expect(regexKind.checkSample(toSample({ input: "?", ideal: "(" }, 0, "t.dev"))).toMatch("no pattern");
    expect(regexKind.checkSample(toSample({ input: "?" }, 0, "t.dev"), { pattern: "a" })).toBeUndefined();
  });

  test("a reply that makes a pattern endless is not scored", () => {
    const scorer = regexKind.create({ pattern: "^(a+)+$" }, { name: "regex", compat: false });
    const completion = { text: `${"a".repeat(60)}b`, finish: "stop" as const, ms: 1 };
    const context = { judges: [], random: () => 0, signal: new AbortController().signal };
    expect(scorer.score(toSample({ input: "?" }, 0, "t.dev"), { completion: [completion] }, context)).toMatchObject([
      { name: "accuracy", value: null, unscored: { code: "score.failed" } },
    ]);
  });
});
