import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePythonJson } from "./python-json.ts";

test.each([
  { text: '{"a": NaN}', is: { a: null } },
  { text: "[Infinity, -Infinity, -1]", is: [null, null, -1] },
  { text: '{"NaN": "NaN and -Infinity", "b": NaN}', is: { NaN: "NaN and -Infinity", b: null } },
  { text: '["a \\"NaN\\" b", NaN]', is: ['a "NaN" b', null] },
  { text: '["\\\\", NaN]', is: ["\\", null] },
])("reads $text", ({ text, is }) => {
  expect(parsePythonJson(text)).toEqual(is);
});

test.each(["{", "NaNs", '["NaN]', "nan", "[NaN NaN]"])("refuses %s", (text) => {
  expect(() => parsePythonJson(text)).toThrow(SyntaxError);
});

test("reads what JSON has as JSON has it, and puts null for each of Python's three words", () => {
  const value = fc.jsonValue().map((one) => ({ text: JSON.stringify(one), is: JSON.parse(JSON.stringify(one)) }));
  const word = fc.constantFrom("NaN", "Infinity", "-Infinity").map((text) => ({ text, is: null }));
  fc.assert(
    fc.property(fc.array(fc.oneof(value, word)), (parts) => {
      expect(parsePythonJson(`[${parts.map(({ text }) => text).join(", ")}]`)).toEqual(parts.map(({ is }) => is));
    }),
  );
});
