import { expect, test } from "vitest";
import { hash64, hashJson } from "./hash.ts";

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
