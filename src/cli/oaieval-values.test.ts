import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oaievalValues } from "./oaieval-values.ts";

describe("oaievalValues", () => {
  test.each([
    { text: "", values: {} },
    { text: "max_tokens=64", values: { max_tokens: 64 } },
    { text: "a=1,b=2.5,c=x y", values: { a: 1, b: 2.5, c: "x y" } },
    { text: "a=-3,b=1e-3,c=+4,d=.5,e=5.", values: { a: -3, b: 0.001, c: 4, d: 0.5, e: 5 } },
    { text: "a=1_000", values: { a: 1000 } },
    { text: "a=True,b=none,c=", values: { a: "True", b: "none", c: "" } },
    { text: "a=nan,b=inf,c=1e999", values: { a: "nan", b: "inf", c: "1e999" } },
    { text: "a=1,a=2", values: { a: 2 } },
    { text: "a=1.2.3,b=4-5,c=.", values: { a: "1.2.3", b: "4-5", c: "." } },
  ])("reads $text as openai/evals does", ({ text, values }) => {
    expect(oaievalValues(text, "--x")).toEqual(values);
  });

  test.each(["a", "a=1,b", "=1", "a=b=c", "a=1,"])("refuses %j, naming the part and the flag", (text) => {
    expect(() => oaievalValues(text, "--extra_eval_params")).toThrow(/^--extra_eval_params: ".*" is no key=value$/);
  });

  test("gives every number and every word back", () => {
    const word = fc.stringMatching(/^[a-z][a-z ]{0,8}$/);
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), word);
    fc.assert(
      fc.property(
        fc.dictionary(
          word.map((key) => `k${key.trim()}`),
          value,
          { maxKeys: 6 },
        ),
        (values) => {
          const text = Object.entries(values).map(([key, one]) => `${key}=${one}`);
          expect(oaievalValues(text.join(","), "--x")).toEqual(
            Object.fromEntries(Object.entries(values).map(([key, one]) => [key, Object.is(one, -0) ? 0 : one])),
          );
        },
      ),
    );
  });
});
