import { expect, test } from "vitest";
import { evalGlob, isGlob, nameGlob } from "./name-glob.ts";

test.each([
  ["gpt-4.1", "gpt-4.1", true],
  ["gpt-4.1", "gpt-4x1", false],
  ["gpt-*", "gpt-", true],
  ["gpt-*", "a-gpt-4", false],
  ["gpt-?", "gpt-4", true],
  ["gpt-?", "gpt-4o", false],
  ["*", "ft:gpt[1]", true],
  ["a\\b", "a\\b", true],
  ["a**b", "a.b", true],
])("%j fits %j: %j", (pattern, name, fits) => {
  expect(nameGlob(pattern)(name)).toBe(fits);
});

test.each([
  ["tickets", true],
  ["tickets.heldout", true],
  ["tickets.heldout.v1", true],
  ["tick*", true],
  ["*.heldout", true],
  ["ticket", false],
  ["tickets.held", false],
  ["heldout.v1", false],
])("an eval fits %j by its name or how it begins: %j", (pattern, fits) => {
  expect(evalGlob(pattern)("tickets.heldout.v1")).toBe(fits);
});

test("a glob has a star or a question mark", () => {
  expect(["gpt-*", "gpt-?", "gpt-4.1[x]"].map(isGlob)).toEqual([true, true, false]);
});
