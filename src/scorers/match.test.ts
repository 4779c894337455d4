import { describe, expect, test } from "vitest";
import { match } from "./match.ts";

describe("match, by openai/evals' rule", () => {
  test.each<{ reply: string; ideals: string[]; picked: string | undefined }>([
    { reply: "Oslo", ideals: ["Oslo"], picked: "Oslo" },
    { reply: "Oslo.", ideals: ["Oslo"], picked: "Oslo" },
    { reply: "oslo", ideals: ["Oslo"], picked: undefined },
    { reply: " Oslo", ideals: ["Oslo"], picked: undefined },
    { reply: "It is Oslo", ideals: ["Oslo"], picked: undefined },
    { reply: "Oslofjord", ideals: ["Oslo"], picked: "Oslo" },
    { reply: "42", ideals: ["4"], picked: "4" },
    { reply: "4", ideals: ["42"], picked: undefined },
    { reply: "AB", ideals: ["A", "AB"], picked: "A" },
    { reply: "anything", ideals: [""], picked: "" },
    { reply: "x", ideals: [], picked: undefined },
    { reply: "\u00e9", ideals: ["e\u0301"], picked: undefined },
  ])("$reply against $ideals picks $picked", ({ reply, ideals, picked }) => {
    expect(match(reply, ideals)).toBe(picked);
  });
});

describe("match, mended", () => {
  test.each([
    { args: { trim: true }, reply: "\n Oslo", ideal: "Oslo", right: true },
    { args: { trim: true }, reply: "Oslo", ideal: " Oslo", right: true },
    { args: { ignore_case: true }, reply: "OSLO", ideal: "Oslo", right: true },
    { args: { whole_word: true }, reply: "17", ideal: "1", right: false },
    { args: { whole_word: true }, reply: "1.", ideal: "1", right: true },
    { args: { whole_word: true }, reply: "1", ideal: "1", right: true },
    { args: { whole_word: true }, reply: "Oslofjord", ideal: "Oslo", right: false },
    { args: { whole_word: true }, reply: "Köln", ideal: "K", right: false },
    { args: { whole_word: true }, reply: "cafe\u0301", ideal: "cafe", right: false },
    { args: { whole_word: true }, reply: "C++11", ideal: "C++", right: true },
    { args: { whole_word: true }, reply: "a𝒳", ideal: "a", right: false },
  ])("$args: $reply against $ideal is $right", ({ args, reply, ideal, right }) => {
    expect(match(reply, [ideal], args) !== undefined).toBe(right);
  });
});
