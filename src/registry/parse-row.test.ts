import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRow } from "./parse-row.ts";

describe("parseRow", () => {
  test.each([
    ['{"input": x}', 11, /"x" does not belong/],
    ['{"a": 1,}', 9, /"}" does not belong/],
    ["{'a': 1}", 2, /"'" does not belong/],
    ['{"a":1}}', 8, /"}" does not belong/],
    ['{"a":01}', 7, /"1" does not belong/],
    ['{"a":1.}', 8, /"}" does not belong/],
    ['{"a":"\\q"}', 8, /"q" does not belong/],
    ['{"a":"\t"}', 7, /"\\t" does not belong/],
    ['{"a": NaN, "padding": "so that the message of the engine is cut short"}', 7, /"N" does not belong/],
    ['{"input": "a", "ide', 20, /ends too early/],
    ['{"a": tru', 10, /ends too early/],
    ["-", 2, /ends too early/],
  ])("finds the column where %s stops being JSON", (text, column, fault) => {
    expect(parseRow(text)).toMatchObject({ fault: expect.stringMatching(fault), column });
  });

  test.each([
    ['["a"]', /a list, not an object/],
    ["null", /a bare value, not an object/],
    ["5", /a bare value, not an object/],
    ['{"input": 5, "ideal": "x"}', /^input is 5; a list or text is expected$/],
    ['{"input": null}', /^input is null; a list or text is expected$/],
    ['{"input": "q", "ideal": 5}', /^ideal is 5; text or a list is expected$/],
    ['{"input": "q", "ideal": ["a", 3]}', /^ideal\[1\] is 3; text is expected$/],
    ['{"input": [{"role": "usr", "content": "hi"}]}', /^input\[0\]\.role is "usr"; "system", .*"user".* is expected$/],
    ['{"input": [{"role": "user"}]}', /^input\[0\]\.content is missing/],
    ['{"input": "q", "metadata": "x"}', /^metadata is "x"; a mapping is expected$/],
    ['{"id": "", "input": "q"}', /^id is not valid/],
    ['{"messages": [{"role": "user", "content": "hi"}]}', /fine-tuning row/],
  ])("says of %s what a sample would have", (text, fault) => {
    expect(parseRow(text)).toMatchObject({ fault: expect.stringMatching(fault) });
  });

  test("takes a row with messages of its own beside its input", () => {
    expect(parseRow('{"input": "q", "ideal": "a", "messages": []}')).toHaveProperty("row.messages", []);
  });

  test("points behind the end of whatever a row was cut to", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (value, cut) => {
          const text = JSON.stringify(value);
          const beginning = text.slice(0, Math.floor(cut * text.length));
          expect(parseRow(beginning)).toEqual({ fault: "the line is no JSON: it ends too early", column: beginning.length + 1 });
        },
      ),
    );
  });

  test("points at a stray character wherever it stands between the parts of a row", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer()), { minLength: 1 }), fc.nat(), (value, pick) => {
        const text = JSON.stringify(value);
        const between = [...text.matchAll(/[,[\]]/g)].map(({ index }) => index);
        const at = between[pick % between.length] as number;
        expect(parseRow(`${text.slice(0, at)}?${text.slice(at)}`)).toMatchObject({ column: at + 1 });
      }),
    );
  });
});
