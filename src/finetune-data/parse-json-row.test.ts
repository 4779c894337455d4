import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJsonRow } from "./parse-json-row.ts";

describe("parseJsonRow", () => {
  test.each([
    { text: '{"a":1', fault: "is no JSON" },
    { text: "", fault: "is no JSON" },
    { text: "[1]", fault: "is no JSON object" },
    { text: "null", fault: "is no JSON object" },
    { text: '{"a":1,"a":2}', fault: 'has the key "a" twice in one object' },
    { text: '{"a":1,"\\u0061":2}', fault: 'has the key "a" twice in one object' },
    { text: '{"x":[{"b" : 1},{"b" : 1, "c":{"c":0}, "b"\t: 2}]}', fault: 'has the key "b" twice in one object' },
    { text: '{"a":12345678901234567890}', fault: "has a number that JSON readers here cannot keep: 12345678901234567890" },
    { text: '{"a":[{"b":-9007199254740993}]}', fault: "has a number that JSON readers here cannot keep: -9007199254740993" },
    { text: '{"a":1e400}', fault: "has a number that JSON readers here cannot keep: 1e400" },
    { text: '{"a":1e-400}', fault: "has a number that JSON readers here cannot keep: 1e-400" },
    { text: `{"a":${"[".repeat(300)}${"]".repeat(300)}}`, fault: "is nested deeper than 200 levels" },
    { text: `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, fault: "is nested deeper than 200 levels" },
  ])("$text: $fault", ({ text, fault }) => {
    expect(parseJsonRow(text)).toEqual({ fault });
  });

  test.each([
    '{"a":"b","b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '{"a":[{"b":1},{"b":2}]}',
    String.raw`{"a":"\":{\"b\":1,\"b\":2}","b":"{\"a\":"}`,
    '{"__proto__":1}',
  ])("%s repeats no key", (text) => {
    expect(parseJsonRow(text)).toEqual({ values: JSON.parse(text) });
  });

  test.each([
    '{"a":9007199254740992,"b":12345678901234567000,"c":1e300,"d":0e999,"e":0.12345678901234567}',
    String.raw`{"a":"12345678901234567890 \" 1e400"}`,
  ])("%s keeps its numbers", (text) => {
    expect(parseJsonRow(text)).toEqual({ values: JSON.parse(text) });
  });

  test("any object comes back as it was written, and is refused with any of its keys once more", () => {
    const object = fc.dictionary(fc.string({ unit: "binary", minLength: 1 }), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 });
    fc.assert(
      fc.property(object, fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        expect(parseJsonRow(text)).toEqual({ values: JSON.parse(text) });
        const keys = Object.keys(value);
        const again = keys[at % keys.length] as string;
        expect(parseJsonRow(`${text.slice(0, -1)},${JSON.stringify(again)}:0}`)).toMatchObject({
          fault: expect.stringContaining("twice"),
        });
      }),
    );
  });
});
