import { describe, expect, test } from "vitest";
import { hash64, hashJson, textHash } from "./hash.ts";

test.each([
  ["", "e3b0c44298fc1c14"],
  ["abc", "ba7816bf8f01cfea"],
])("hash64 of %j is the beginning of its SHA-256", (text, hash) => {
  expect(hash64(text)).toBe(hash);
});

test("hashJson does not depend on the order of keys, and does on everything else", () => {
  expect(hashJson({ a: 1, b: 2 })).toBe(hashJson({ b: 2, a: 1 }));
  expect(hashJson({ a: 1, b: 2 })).not.toBe(hashJson({ a: 1, b: "2" }));
  expect(hashJson([1, 2])).not.toBe(hashJson([2, 1]));
});

describe("textHash", () => {
  test("tells a million short texts that differ in little apart", () => {
    const seen = new Set<string>();
    for (let a = 0; a < 1000; a++) for (let b = 0; b < 1000; b++) seen.add(textHash(`What is ${a} plus ${b}?`));
    expect(seen.size).toBe(1_000_000);
  });

  test.each([0, 1, 255, 256, 257, 5000])("gives 16 hex digits that every character of a text of %i decides", (length) => {
    const text = "a".repeat(length);
    expect(textHash(text)).toMatch(/^[0-9a-f]{16}$/);
    const others = [0, Math.floor(length / 2), length - 1].map((at) => `${text.slice(0, Math.max(0, at))}b${text.slice(at + 1)}`);
    for (const other of length === 0 ? ["b"] : others) expect(textHash(other)).not.toBe(textHash(text));
  });
});
