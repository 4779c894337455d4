import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonMatches } from "./json-match.ts";

const right = (reply: string, ideal: string, args = {}) => jsonMatches(reply, [ideal], args).length === 1;

describe("json-match, by openai/evals' rule", () => {
  test.each([
    ['{"a":1}', '{"a":1.0}'],
    ['{"a":1,"b":2}', ' { "b" : 2 , "a" : 1 } '],
    ['{"a":true}', '{"a":1}'],
    ['{"a":false}', '{"a":0}'],
    ["[]", "[]"],
    ["{}", "{}"],
    ['{"a":1,"a":2}', '{"a":2}'],
    ["Infinity", "Infinity"],
    ["1e999", "Infinity"],
    ["9007199254740993", "9007199254740993"],
    ['"\\u0041"', '"A"'],
  ])("%s equals %s", (reply, ideal) => {
    expect(right(reply, ideal)).toBe(true);
  });

  test.each([
    ['{"a":null}', '{"a":null}'],
    ["null", "null"],
    ["[1,null]", "[1,null]"],
    ['{"a":null}', "{}"],
    ["{}", '{"a":null}'],
    ["[]", "{}"],
    ['{"a":"1"}', '{"a":1}'],
    ['```json\n{"a":1}\n```', '{"a":1}'],
    ['{"a":1} done', '{"a":1}'],
    ["{'a':1}", '{"a":1}'],
    ["", '{"a":1}'],
    ["", "null"],
    ["NaN", "NaN"],
    ["9007199254740993", "9007199254740992"],
    ["9007199254740993", "9007199254740992.0"],
    ["[1,2]", "[2,1]"],
    ["[1]", "[1,1]"],
    ['{"a":1}', '{"b":1}'],
    ["1", '"1"'],
    ["[1]", "1"],
    ['{"a":1}', "1"],
    ["1", '{"a":1}'],
  ])("%s does not equal %s", (reply, ideal) => {
    expect(right(reply, ideal)).toBe(false);
  });

  test("counts every ideal that fits", () => {
    expect(jsonMatches("1", ["2", "1.0", "true"])).toEqual(["1.0", "true"]);
  });

  test("says which side is at fault when an ideal is not JSON", () => {
    expect(() => jsonMatches("1", ["{"])).toThrow(expect.objectContaining({ code: "score.sample-invalid" }));
  });
});

describe("json-match, mended", () => {
  test.each([
    { args: { null_equal: true }, reply: "[null]", ideal: "[null]", equal: true },
    { args: { null_equal: true }, reply: '{"a":null}', ideal: "{}", equal: false },
    { args: { null_equal: true }, reply: "no JSON", ideal: "null", equal: false },
    { args: { strip_code_fence: true }, reply: '```json\n{"a":1}\n```', ideal: '{"a":1}', equal: true },
    { args: { strip_code_fence: true }, reply: "\n```\n1\n```\n", ideal: "1", equal: true },
    { args: { strip_code_fence: true }, reply: "```", ideal: "1", equal: false },
    { args: { strip_code_fence: true }, reply: "1", ideal: "1", equal: true },
    { args: { strict_booleans: true }, reply: "true", ideal: "1", equal: false },
    { args: { strict_booleans: true }, reply: "[true]", ideal: "[true]", equal: true },
  ])("$args: $reply against $ideal is $equal", ({ args, reply, ideal, equal }) => {
    expect(right(reply, ideal, args)).toBe(equal);
  });
});

test("any JSON equals itself however it is spaced, once null may equal null", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(right(JSON.stringify(value), JSON.stringify(value, null, 2), { null_equal: true })).toBe(true);
    }),
  );
});
