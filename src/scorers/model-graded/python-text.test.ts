import { expect, test } from "vitest";
import { pythonText } from "./python-text.ts";

test.each([
  ["as it is", "as it is"],
  [true, "True"],
  [null, "None"],
  [3, "3"],
  [["a", "b"], "['a', 'b']"],
  [["it's"], `["it's"]`],
  [[`it's "it"`], `['it\\'s "it"']`],
  [["a\nb\\\x01"], "['a\\nb\\\\\\x01']"],
  [{ a: [1, false] }, "{'a': [1, False]}"],
])("%j is written %s", (value, text) => {
  expect(pythonText(value)).toBe(text);
});
