import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSample } from "../core/sample.ts";
import { fieldValue } from "./field-value.ts";
import { jsonFieldsKind } from "./json-fields.ts";
import { jsonKey } from "./json-key.ts";
import { parsePythonJson } from "./python-json.ts";

const read = (text: string | undefined) => (text === undefined ? undefined : parsePythonJson(text));

describe("fieldValue", () => {
  test.each([
    { said: "1", wanted: "1.0", field: {}, value: 1 },
    { said: "true", wanted: "1", field: {}, value: 0 },
    { said: '"1"', wanted: "1", field: {}, value: 0 },
    { said: '{"b":1,"a":[2]}', wanted: '{"a":[2],"b":1}', field: {}, value: 1 },
    { said: "[1,2]", wanted: "[2,1]", field: {}, value: 0 },
    { said: "[1,2,2]", wanted: "[2,1]", field: { compare: "set" }, value: 1 },
    { said: "[1,3]", wanted: "[2,1]", field: { compare: "set" }, value: 0.5 },
    { said: '["A"]', wanted: '["a"]', field: { compare: "set", ignore_case: true }, value: 1 },
    { said: '"Oslo"', wanted: '"oslo"', field: {}, value: 0 },
    { said: '"Oslo"', wanted: '"oslo"', field: { ignore_case: true }, value: 1 },
    { said: '"$1,200"', wanted: "1200", field: { compare: "numeric" }, value: 1 },
    { said: "1201", wanted: "1200", field: { compare: "numeric" }, value: 0 },
    { said: "1201", wanted: "1200", field: { compare: "numeric", tolerance: 1 }, value: 1 },
    { said: '"none"', wanted: "1200", field: { compare: "numeric" }, value: 0 },
    { said: '"kitten"', wanted: '"sitten"', field: { compare: "similarity" }, value: 5 / 6 },
    { said: "5", wanted: '"sitten"', field: { compare: "similarity" }, value: 0 },
    { said: undefined, wanted: undefined, field: {}, value: 1 },
    { said: "null", wanted: undefined, field: {}, value: 1 },
    { said: "0", wanted: undefined, field: {}, value: 0 },
    { said: undefined, wanted: "0", field: { compare: "numeric" }, value: 0 },
  ] as const)("$said for $wanted by $field is $value", ({ said, wanted, field, value }) => {
    expect(fieldValue(read(said), read(wanted), field)).toBeCloseTo(value, 12);
  });

  test("any JSON is right for itself, however it is written", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const one = parsePythonJson(JSON.stringify(value));
        const other = parsePythonJson(JSON.stringify(value, null, 2));
        expect(fieldValue(one, other)).toBe(1);
        expect(jsonKey(one)).toBe(jsonKey(other));
      }),
    );
  });
});

describe("json-fields", () => {
  const scoring = (args: object) => {
    const scorer = jsonFieldsKind.create(args, { name: "json-fields", compat: false });
    const context = { judges: [], random: () => 0, signal: new AbortController().signal };
    return (reply: string, ideal: string | string[]) => {
      const scores = scorer.score(
        toSample({ input: "?", ideal }, 0, "t.dev"),
        { completion: [{ text: reply, finish: "stop", ms: 1 }] },
        context,
      );
      if (scores instanceof Promise) throw new Error("answers later");
      return Object.fromEntries(scores.map(({ name, value }) => [name, value]));
    };
  };

  test.each([
    { reply: '{"a": 1, "b": 2}', ideal: '{"a": 1, "b": 2}', scores: { accuracy: 1, score: 1 } },
    { reply: '{"a": 1, "b": 2, "c": 3}', ideal: '{"a": 1, "b": 2}', scores: { accuracy: 1, score: 1 } },
    { reply: '{"a": 1}', ideal: '{"a": 1, "b": 2}', scores: { accuracy: 0, score: 0.5 } },
    { reply: "no JSON", ideal: '{"a": 1, "b": 2}', scores: { accuracy: 0, score: 0 } },
    { reply: "[1]", ideal: "{}", scores: { accuracy: 0, score: 0 } },
    { reply: "{}", ideal: "{}", scores: { accuracy: 1, score: 1 } },
    { reply: '{"a": 2}', ideal: ['{"a": 1}', '{"a": 2}'], scores: { accuracy: 1, score: 1 } },
    { reply: "[".repeat(5000), ideal: '{"a": 1}', scores: { accuracy: 0, score: 0 } },
  ])("by default every key counts alike: $reply for $ideal", ({ reply, ideal, scores }) => {
    expect(scoring({})(reply, ideal)).toEqual(scores);
  });

  test("fields that are named are compared as they say, weighed, and told one by one", () => {
    const args = {
      fields: {
        "who.name": { ignore_case: true, weight: 3 },
        price: { compare: "numeric", relative_tolerance: 0.1 },
        note: "similarity",
      },
      pass_at: 0.8,
    };
    const ideal = '{"who": {"name": "Ada"}, "price": 100, "note": "late", "rest": 1}';
    expect(scoring(args)('{"who": {"name": "ADA"}, "price": "about 95", "note": "hate"}', ideal)).toEqual({
      accuracy: 1,
      score: 4.75 / 5,
      "field/who.name": 1,
      "field/price": 1,
      "field/note": 0.75,
    });
    expect(scoring(args)('{"who": "Ada", "price": 100, "note": "late"}', ideal)).toMatchObject({
      accuracy: 0,
      score: 0.4,
      "field/who.name": 0,
    });
  });

  test("a code block counts only when it is asked for", () => {
    expect(scoring({})('```json\n{"a": 1}\n```', '{"a": 1}').accuracy).toBe(0);
    expect(scoring({ strip_code_fence: true })('```json\n{"a": 1}\n```', '{"a": 1}').accuracy).toBe(1);
  });
});
