import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillTemplate, parseTemplate } from "./template.ts";

describe("templates", () => {
  test.each([
    ["{a} and {b}", "1 and {2}"],
    ["{{a}}", "{a}"],
    ["{{{a}}}", "{1}"],
    ["nothing", "nothing"],
    ["{a}{a}", "11"],
    ["", ""],
  ])("%s is filled once, and what is filled in is not read again", (text, filled) => {
    expect(fillTemplate(parseTemplate(text), { a: "1", b: "{2}" })).toBe(filled);
  });

  test.each(["{}", "{0}", "{a[0]}", "{a.b}", "{a!r}", "{a:>3}", "{", "}", "{a", "a}"])("%s is refused", (text) => {
    expect(() => parseTemplate(text)).toThrow(SyntaxError);
  });

  test("any text is itself once its braces are doubled", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("{", "}", "a", "\n", "é") }), (text) => {
        expect(fillTemplate(parseTemplate(text.replace(/[{}]/g, "$&$&")), {})).toBe(text);
      }),
    );
  });

  test("names each gap once", () => {
    expect(parseTemplate("{b} {a} {b}").names).toEqual(["b", "a"]);
  });
});
