import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pieces, visible } from "./visible.ts";

// Code units one by one: control characters often, surrogates in and out of pairs.
const anyText = fc.array(fc.oneof(fc.nat(0xff), fc.nat(0xffff))).map((units) => String.fromCharCode(...units));

describe("visible", () => {
  test.each([
    ["plain text", "plain text"],
    ["two\nlines\tand a tab", "two\nlines\tand a tab"],
    ["windows\r\nlines", "windows\nlines"],
    ["over\rwritten", "over[U+000D]written"],
    ["file\u202egnp.exe", "file[U+202E]gnp.exe"],
    ["nul\u0000", "nul[U+0000]"],
    ["tag \u{e0041}", "tag [U+E0041]"],
    ["lone \ud800!", "lone [U+D800]!"],
    ["a pair 😀", "a pair 😀"],
    ["joined 👩‍👧 and می‌خواهم", "joined 👩‍👧 and می‌خواهم"],
    ["para\u2029graph", "para[U+2029]graph"],
  ])("shows %j as %j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test("leaves nothing unseen in any text, and is done after one pass", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = visible(text);
        expect(shown.replaceAll(/[\t\n]/g, "")).not.toMatch(/\p{Cc}|\p{Cs}|\p{Bidi_Control}/u);
        expect(visible(shown)).toBe(shown);
      }),
    );
  });

  test("is the text of the pieces", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const joined = pieces(text).map((piece) => (piece.mark ? `[${piece.text}]` : piece.text));
        expect(joined.join("")).toBe(visible(text));
      }),
    );
  });
});
