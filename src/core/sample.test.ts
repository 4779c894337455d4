import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHashes, sampleRowSchema, toSample } from "./sample.ts";

const sampleOf = (row: object, index = 0) => toSample(sampleRowSchema.parse(row), index, "toy.dev");

describe("toSample", () => {
  test("takes its id from the row, else from its line", () => {
    expect(sampleOf({ input: "?" }, 7).id).toBe("toy.dev.7");
    expect(sampleOf({ id: "a", input: "?" }).id).toBe("a");
    expect(sampleOf({ id: 12, input: "?" }).id).toBe("12");
  });

  test.each([
    [{ ideal: "x" }, ["x"]],
    [{ ideal: ["x", "y"] }, ["x", "y"]],
    [{ ideal: [] }, []],
    [{}, []],
  ])("%j has the ideals %j", (row, ideal) => {
    expect(sampleOf(row).ideal).toEqual(ideal);
  });

  test("keeps every other key as a field, odd ones too", () => {
    const row = JSON.parse('{"input":"?","ideal":"x","id":"a","metadata":{"m":1},"input1":"b","constructor":"c"}');
    const { fields, metadata } = sampleOf(row);
    expect(Object.entries(fields)).toEqual([
      ["input1", "b"],
      ["constructor", "c"],
    ]);
    expect(metadata).toEqual({ m: 1 });
  });

  test("its hashes follow the content: not the id, not metadata, not the order of keys", () => {
    const base = sampleOf({ input: "?", ideal: "x", more: { a: 1, b: 2 } }).hashes;
    expect(sampleOf({ more: { b: 2, a: 1 }, ideal: ["x"], input: "?", id: "z", metadata: { m: 1 } }, 5).hashes).toEqual(base);
    expect(sampleOf({ input: "?", ideal: "y", more: { a: 1, b: 2 } }).hashes).toEqual({
      ...base,
      ideal: expect.not.stringMatching(base.ideal),
    });
    for (const row of [
      { input: "!" },
      { input: "?", more: 1 },
      { input: "?", choices: ["a"] },
      { input: [{ role: "user", content: "?" }] },
    ]) {
      expect(sampleOf({ more: { a: 1, b: 2 }, ideal: "x", ...row }).hashes.item).not.toBe(base.item);
    }
  });

  test("another right option is another ideal, whatever the options", () => {
    const row = { input: "?", choices: ["a", "b"] };
    const [first, second] = [sampleOf({ ...row, answers: [0] }).hashes, sampleOf({ ...row, answers: [1] }).hashes];
    expect(first.item).toBe(second.item);
    expect(first.ideal).not.toBe(second.ideal);
  });

  test("its hashes are those of its content, read back from anywhere", () => {
    const row = fc.record(
      { input: fc.string(), ideal: fc.array(fc.string()), choices: fc.array(fc.string()), extra: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(row, (given) => {
        const sample = sampleOf(given);
        const { input, ideal, choices, fields } = JSON.parse(JSON.stringify(sample));
        expect(contentHashes({ input, ideal, choices, fields })).toEqual(sample.hashes);
      }),
    );
  });
});

test.each([
  { input: 5 },
  { ideal: 5 },
  { ideal: [5] },
  { input: [{ role: "nobody", content: "x" }] },
  { id: "" },
  { metadata: [] },
])("a row like %j is refused", (row) => {
  expect(sampleRowSchema.safeParse(row).success).toBe(false);
});
