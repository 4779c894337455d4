import { describe, expect, test } from "vitest";
import { includes } from "./includes.ts";

describe("includes, by openai/evals' rule", () => {
  test.each([
    { reply: "the answer is Oslo.", ideals: ["Oslo"], right: true },
    { reply: "OSLO", ideals: ["Oslo"], right: false },
    { reply: "OSLO", ideals: ["Oslo"], args: { ignore_case: true }, right: true },
    { reply: "142", ideals: ["4"], right: true },
    { reply: "anything", ideals: [""], right: true },
    { reply: "", ideals: ["x"], right: false },
    { reply: "x", ideals: [], right: false },
    { reply: "x", ideals: ["a", "x"], right: true },
    { reply: "STRASSE", ideals: ["straße"], args: { ignore_case: true }, right: false },
  ])("$reply against $ideals is $right", ({ reply, ideals, args, right }) => {
    expect(includes(reply, ideals, args) !== undefined).toBe(right);
  });
});

describe("includes, whole words only", () => {
  test.each([
    { reply: "142", ideal: "4", right: false },
    { reply: "not 42 but 4", ideal: "4", right: true },
    { reply: "it is 4.", ideal: "4", right: true },
    { reply: "aaa", ideal: "aa", right: false },
    { reply: "New York City", ideal: "York City", right: true },
    { reply: "", ideal: "", right: true },
    { reply: "abc", ideal: "", right: true },
  ])("$reply against $ideal is $right", ({ reply, ideal, right }) => {
    expect(includes(reply, [ideal], { whole_word: true }) !== undefined).toBe(right);
  });
});
