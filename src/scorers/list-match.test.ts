import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSample } from "../core/sample.ts";
import { itemsIn } from "./items-in.ts";
import { listMatchKind, listOverlap } from "./list-match.ts";

describe("itemsIn", () => {
  test.each<[string, string[]]>([
    ['["a", "b, c", 3]', ["a", "b, c", "3"]],
    ['```json\n["a"]\n```', ["a"]],
    ["- a\n- b\n", ["a", "b"]],
    ["1. a\n2) b\n\n* c\n• d", ["a", "b", "c", "d"]],
    ["a, b , c.", ["a", "b", "c"]],
    ["a, x; b", ["a, x", "b"]],
    ["-5\n-6", ["-5", "-6"]],
    ["[not json], b", ["[not json]", "b"]],
    ["", []],
  ])("%j lists %j", (text, items) => {
    expect(itemsIn(text)).toEqual(items);
  });

  test("a separator that is named is the only one", () => {
    expect(itemsIn("a, b | c", { separator: "|" })).toEqual(["a, b", "c"]);
  });
});

describe("listOverlap", () => {
  test.each([
    { said: ["a", "b"], wanted: ["b", "a"], ordered: false, overlap: { precision: 1, recall: 1, f1: 1 } },
    { said: ["a", "b"], wanted: ["b", "a"], ordered: true, overlap: { precision: 0.5, recall: 0.5, f1: 0.5 } },
    { said: ["a", "a", "x"], wanted: ["a"], ordered: false, overlap: { precision: 0.5, recall: 1, f1: 2 / 3 } },
    { said: ["a", "a"], wanted: ["a"], ordered: true, overlap: { precision: 0.5, recall: 1, f1: 2 / 3 } },
    { said: [], wanted: ["a"], ordered: false, overlap: { precision: 0, recall: 0, f1: 0 } },
    { said: [], wanted: [], ordered: true, overlap: { precision: 1, recall: 1, f1: 1 } },
    {
      said: ["a", "c", "b", "d"],
      wanted: ["a", "b", "c", "d"],
      ordered: true,
      overlap: { precision: 0.75, recall: 0.75, f1: 0.75 },
    },
  ])("$said of $wanted, ordered $ordered", ({ said, wanted, ordered, overlap }) => {
    expect(listOverlap(said, wanted, ordered)).toEqual(overlap);
  });

  test("order can only take away, and F1 is the same both ways", () => {
    const list = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
    fc.assert(
      fc.property(list, list, (one, other) => {
        const { f1 } = listOverlap(one, other);
        expect(listOverlap(one, other, true).f1).toBeLessThanOrEqual(f1);
        expect(listOverlap(other, one).f1).toBe(f1);
        expect(listOverlap(one, one, true).f1).toBe(1);
      }),
    );
  });
});

test.each([
  { ideal: ["a", "b"], args: {}, reply: "b, a", right: 1 },
  { ideal: ['["a","b"]'], args: {}, reply: "- a\n- b", right: 1 },
  { ideal: ["a", "b"], args: {}, reply: "a, b, c", right: 0 },
  { ideal: ["a", "b"], args: { pass_at: 0.8 }, reply: "a, b, c", right: 1 },
  { ideal: ["a", "b"], args: { ordered: true }, reply: "b, a", right: 0 },
  { ideal: ["A"], args: { ignore_case: true }, reply: "a", right: 1 },
])("$reply for $ideal with $args is $right", ({ ideal, args, reply, right }) => {
  const scorer = listMatchKind.create(args, { name: "list-match", compat: false });
  const context = { judges: [], random: () => 0, signal: new AbortController().signal };
  const scores = scorer.score(
    toSample({ input: "?", ideal }, 0, "t.dev"),
    { completion: [{ text: reply, finish: "stop", ms: 1 }] },
    context,
  );
  expect(scores).toMatchObject([{ name: "accuracy", value: right, passed: right === 1 }, {}, {}, {}]);
});
