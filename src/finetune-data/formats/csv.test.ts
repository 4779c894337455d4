import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guessDelimiter, parseCsv } from "./csv.ts";

const read = (text: string, delimiter = ",") => [...parseCsv(text, { file: "a.csv", delimiter })];
const fields = (text: string, delimiter?: string) => read(text, delimiter).map((record) => record.fields);

describe("parseCsv", () => {
  test.each([
    {
      name: "plain records",
      text: "a,b\nc,d\n",
      wanted: [
        ["a", "b"],
        ["c", "d"],
      ],
    },
    {
      name: "no line end at the end",
      text: "a,b\nc,d",
      wanted: [
        ["a", "b"],
        ["c", "d"],
      ],
    },
    {
      name: "CRLF",
      text: "a,b\r\nc,d\r\n",
      wanted: [
        ["a", "b"],
        ["c", "d"],
      ],
    },
    {
      name: "CR alone",
      text: "a,b\rc,d",
      wanted: [
        ["a", "b"],
        ["c", "d"],
      ],
    },
    { name: "delimiters and line ends in quotes", text: '"a,\r\nb",c\n', wanted: [["a,\r\nb", "c"]] },
    { name: "quotes in quotes", text: '"""a""","",""""\n', wanted: [['"a"', "", '"']] },
    { name: "a quote in a bare field", text: '5" disk,b\n', wanted: [['5" disk', "b"]] },
    {
      name: "empty fields at both ends",
      text: ",a,\n,,",
      wanted: [
        ["", "a", ""],
        ["", "", ""],
      ],
    },
    { name: "empty lines are no records", text: "a\n\n\r\nb\n", wanted: [["a"], ["b"]] },
    { name: "nothing", text: "", wanted: [] },
  ])("$name", ({ text, wanted }) => expect(fields(text)).toEqual(wanted));

  test("lines are those of the file, also after a field of several", () => {
    expect(read('h\n"a\nb"\r\n\nc\n').map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  test.each([
    { name: "a quote that is never closed", text: 'a\nb,"c\nd\n', line: 2, column: 3 },
    { name: "text after a closing quote", text: 'a\n"b" c\n', line: 2, column: 4 },
    { name: "text after a field of two lines", text: '"a\nbc" d', line: 2, column: 4 },
  ])("refuses $name", ({ text, line, column }) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: "data.invalid",
        more: expect.objectContaining({ where: { file: "a.csv", line, column } }),
      }),
    );
  });

  test("gives back whatever was written", () => {
    const cell = fc.string({
      unit: fc.oneof(fc.constantFrom(",", ";", "\t", '"', "\r", "\n", " ", "ü", "😀"), fc.string({ maxLength: 1 })),
    });
    const records = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })));
    fc.assert(
      fc.property(records, fc.constantFrom(",", ";", "\t"), fc.constantFrom("\n", "\r\n", "\r"), (rows, delimiter, end) => {
        const needsQuotes = (text: string) => text === "" || /["\r\n]/.test(text) || text.includes(delimiter);
        const quoted = (text: string) => (needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const text = rows.map((row) => row.map(quoted).join(delimiter) + end).join("");
        // A record of one empty field looks like an empty line to whoever reads it.
        expect(fields(text, delimiter)).toEqual(rows.filter((row) => row.length > 1 || row[0] !== ""));
      }),
    );
  });
});

test.each([
  { text: "a,b,c\n1;2,3,4", wanted: "," },
  { text: "a;b;c\n", wanted: ";" },
  { text: "a\tb\n", wanted: "\t" },
  { text: '"a;b",c\n', wanted: "," },
  { text: "alone\n", wanted: "," },
])("guessDelimiter: $text", ({ text, wanted }) => expect(guessDelimiter(text, "a.csv")).toBe(wanted));
