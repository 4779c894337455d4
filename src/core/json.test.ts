import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, isBag } from "./json.ts";

/** The same value with the keys of every object in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  );
}

describe("canonicalJson", () => {
  test.each([
    [{ b: 1, a: [true, null, "x"] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [[undefined], "[null]"],
    [undefined, "null"],
    [{ "\u{1F600}": 1, "\uFB33": 2 }, '{"\u{1F600}":1,"\uFB33":2}'],
    ["\ud800", '"\\ud800"'],
    [{}, "{}"],
  ])("writes %j as %s", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test("is JSON of the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("does not depend on the order of keys, and tells different values apart", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
        const same = canonicalJson(value) === canonicalJson(other);
        expect(same).toBe(JSON.stringify(sorted(value)) === JSON.stringify(sorted(other)));
      }),
    );
  });
});

/** Keys in order by other means: entries as a list of pairs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ["list", ...value.map(sorted)];
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).map(([key, member]) => [key, sorted(member)] as const);
  return ["object", ...pairs.sort(([a], [b]) => (a < b ? -1 : 1))];
}

test.each([
  [{}, true],
  [[], false],
  [null, false],
  ["x", false],
])("isBag(%j) is %s", (value, expected) => {
  expect(isBag(value)).toBe(expected);
});
