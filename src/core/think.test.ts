import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawText, splitThinking } from "./think.ts";

describe("splitThinking", () => {
  test.each([
    { reply: "Oslo", thinking: undefined, text: "Oslo" },
    { reply: "<think>hm</think>Oslo", thinking: "<think>hm</think>", text: "Oslo" },
    { reply: "\n<think>\nhm\n</think>\n\nOslo", thinking: "\n<think>\nhm\n</think>\n\n", text: "Oslo" },
    { reply: "<Thinking>hm</Thinking> Oslo", thinking: "<Thinking>hm</Thinking> ", text: "Oslo" },
    { reply: "<think>cut off", thinking: "<think>cut off", text: "" },
    { reply: "hm, so\n</think>\nOslo", thinking: "hm, so\n</think>\n", text: "Oslo" },
    { reply: "Use <think>x</think> tags", thinking: undefined, text: "Use <think>x</think> tags" },
    { reply: "Oslo <think>", thinking: undefined, text: "Oslo <think>" },
    { reply: "<think></think>", thinking: "<think></think>", text: "" },
    { reply: "<think>a</think>b<think>c</think>d", thinking: "<think>a</think>", text: "b<think>c</think>d" },
    { reply: "", thinking: undefined, text: "" },
  ])("$reply", ({ reply, thinking, text }) => {
    const split = splitThinking(reply);
    expect(split.thinking).toBe(thinking);
    expect(split.text).toBe(text);
  });

  test("loses no character", () => {
    const pieces = fc.constantFrom("<think>", "</think>", "<thinking>", "</thinking>", " ", "\n", "a", "<", ">");
    fc.assert(
      fc.property(fc.array(pieces), (list) => {
        const reply = list.join("");
        expect(rawText({ ...splitThinking(reply), finish: "stop", ms: 0 })).toBe(reply);
      }),
    );
  });
});
