import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oneLine, table, withoutControls } from "./table.ts";

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom("\u001b[31m", "\u001b]0;title\u0007", "\u009b2J", "\u001b", "\r\n", "\u0000", "\u007f", "\u0085", "\u2028"),
    fc.constantFrom("\u202e", "\u2066", "\u2069", "\u200f", "\u061c", "\t", "日本", "😀", "é"),
    fc.string({ unit: "binary", maxLength: 6 }),
  ),
  { maxLength: 20 },
);

describe("table", () => {
  test.each([
    {
      name: "wide characters count two",
      rows: [
        ["日本", "x"],
        ["abcd", "y"],
      ],
      lines: ["日本  x", "abcd  y"],
    },
    {
      name: "emoji count two",
      rows: [
        ["😀", "x"],
        ["a", "y"],
      ],
      lines: ["😀  x", "a   y"],
    },
    {
      name: "combining marks count nothing",
      rows: [
        ["e\u0301", "x"],
        ["ab", "y"],
      ],
      lines: ["e\u0301   x", "ab  y"],
    },
    {
      name: "colours count nothing",
      rows: [
        ["\u001b[2mab\u001b[22m", "x"],
        ["abc", "y"],
      ],
      lines: ["\u001b[2mab\u001b[22m   x", "abc  y"],
    },
    { name: "a short row ends early", rows: [["a"], ["bb", "y"]], lines: ["a", "bb  y"] },
    {
      name: "no line ends in blanks",
      rows: [
        ["a", ""],
        ["b", "long"],
      ],
      lines: ["a", "b  long"],
    },
  ])("$name", ({ rows, lines }) => {
    expect(table(rows.map((row) => row.map((text) => ({ text }))))).toEqual(lines);
  });

  test("numbers stand right", () => {
    const cells = ["5", "1234"].map((text) => [{ text: "n" }, { text, right: true }, { text: "|" }]);
    expect(table(cells)).toEqual(["n     5  |", "n  1234  |"]);
  });

  test("nothing gives no lines", () => expect(table([])).toEqual([]));
});

describe("oneLine", () => {
  test.each([
    { name: "leaves a fitting text alone", text: "billing", width: 7, line: "billing" },
    { name: "cuts a longer one and says so", text: "billings", width: 7, line: "billin…" },
    { name: "never cuts a character in two", text: "😀😀😀", width: 2, line: "😀…" },
    { name: "keeps to a width of one", text: "ab", width: 1, line: "…" },
    { name: "makes one blank of line breaks", text: " a\r\n\u2028\u0085 b ", width: 9, line: "a b" },
    { name: "takes colours out", text: "\u001b[31mred\u001b[0m", width: 9, line: "red" },
    { name: "shows that a bidi override stood there", text: "a\u202eb\u200fc", width: 9, line: "a·b·c" },
  ])("$name", ({ text, width, line }) => expect(oneLine(text, width)).toBe(line));

  test.each([
    "::error::stop",
    "  ::error::stop",
    "\u001b[1m::error::stop",
    "\u001b\u001b[1m[1m ::error::stop",
    "\n::error::stop",
  ])("%j begins no command to a CI", (text) => expect(oneLine(text, 40)).not.toMatch(/^\s*::/));

  test("gives one line without controls of at most its width, whatever a model says", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (parts, width) => {
        const line = oneLine(parts.join(""), width);
        expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
        expect([...line].length).toBeLessThanOrEqual(width);
        expect(stripVTControlCharacters(line)).toBe(line);
      }),
    );
  });
});

test("withoutControls keeps line breaks and nothing else that moves a cursor", () => {
  expect(withoutControls("a\n\tb\u001b[2J\rc")).toBe("a\n\tb·c");
  fc.assert(
    fc.property(hostile, (parts) => {
      expect(withoutControls(parts.join("")).replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }),
  );
});
