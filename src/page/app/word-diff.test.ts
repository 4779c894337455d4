import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordDiff } from "./word-diff.ts";

const marked = (marks: readonly { text: string; changed: boolean }[]) =>
  marks.map(({ text, changed }) => (changed ? `[${text}]` : text)).join("");

describe("wordDiff", () => {
  test.each([
    ["one word", "the disk is full", "the disk is empty", "the disk is [full]", "the disk is [empty]"],
    ["a word more", "it works", "it works now", "it works", "it works[ now]"],
    ["another line", "a b\nc", "a b\nd", "a b\n[c]", "a b\n[d]"],
    ["Chinese", "磁盘已满了", "磁盘是空的", "磁盘[已满了]", "磁盘[是空的]"],
    ["not Latin", "привет мир", "привет дом", "привет [мир]", "привет [дом]"],
  ])("marks %s", (_, before, after, left, right) => {
    const diff = wordDiff(before, after);
    expect(marked(diff?.before ?? [])).toBe(left);
    expect(marked(diff?.after ?? [])).toBe(right);
  });

  test.each([
    ["nothing changed", "same", "same"],
    ["a side is empty", "", "something"],
    ["nothing is common", "disk", "network"],
    ["little is common", "the quick brown fox jumps over it", "entirely different words stand here, it"],
    ["the texts are long", "a ".repeat(40_000), "b ".repeat(40_000)],
    ["too many words changed", "x ".repeat(5000), Array.from({ length: 5000 }, (_, index) => `x${index}`).join(" ")],
  ])("marks nothing where %s", (_, before, after) => {
    expect(wordDiff(before, after)).toBeUndefined();
  });

  test("loses no character of either side", () => {
    const words = fc.array(fc.constantFrom("the", "disk", "is", "full", "\n", " ", "é", "👩‍👩‍👧", "\u202e", "</b>"), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, words, (left, right) => {
        const [before, after] = [left.join(" "), right.join(" ")];
        const diff = wordDiff(before, after);
        if (diff === undefined) return;
        expect(diff.before.map(({ text }) => text).join("")).toBe(before);
        expect(diff.after.map(({ text }) => text).join("")).toBe(after);
      }),
    );
  });
});
