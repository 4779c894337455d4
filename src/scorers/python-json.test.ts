import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PythonJson, parsePythonJson } from "./python-json.ts";

function plain(value: PythonJson): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "bigint" ? Number(value) : value;
}

describe("parsePythonJson", () => {
  test("reads what JSON.parse reads, to the same value", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("", " ", "\n\t\r "), (text, space) => {
        // -0 is the whole number 0 to Python.
        const value = plain(parsePythonJson(space + text + space));
        expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test("refuses what JSON.parse refuses, save NaN and Infinity", () => {
    const character = fc.constantFrom(...'{}[]",:\\0123456789.eE+-truefalsn \n\t\u0001\u00a0u');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        if (valid) expect(() => parsePythonJson(text)).not.toThrow();
        else expect(() => parsePythonJson(text)).toThrow(SyntaxError);
      }),
      { numRuns: 3000 },
    );
  });

  test.each<[string, PythonJson]>([
    ["9007199254740993", 9007199254740993n],
    ["1e999", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["NaN", Number.NaN],
    ['"\\ud800"', "\ud800"],
    ['"\\ud83d\\ude00"', "😀"],
    ["1.0", 1],
    ["-0", 0n],
  ])("reads %s as Python does", (text, value) => {
    expect(parsePythonJson(text)).toEqual(value);
  });

  test("takes the last of equal keys, and keys that an object would treat specially", () => {
    expect(parsePythonJson('{"a":1,"__proto__":2,"a":3}')).toEqual(
      new Map([
        ["a", 3n],
        ["__proto__", 2n],
      ]),
    );
  });

  test.each([
    "",
    " ",
    "01",
    "[1,]",
    '{"a":1,}',
    "\ufeff{}",
    "```json\n{}\n```",
    "{'a': 1}",
    '{"a":1} done',
    '"a\nb"',
    '"\\x"',
    '"\\u00g0"',
    '"open',
    "-",
    "+1",
    ".5",
    "1.",
    "-NaN",
    "nul",
    "\u00a01",
    "9".repeat(4301),
    "[".repeat(100_000),
  ])("refuses %j", (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });

  test("says where it stopped", () => {
    expect(() => parsePythonJson('{"a" 1}')).toThrow("no colon after a key at character 6");
  });
});
