import { isUtf8 } from "node:buffer";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { descriptorsOf, onLinux } from "../../test/support/descriptors.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { readSpan, type ScannedLine, scanLines } from "./scan-lines.ts";

const chunkBytes = 256 * 1024;

/** What a file's lines are, found the slow and obvious way. */
function linesOf(bytes: Buffer): ScannedLine[] {
  const lines: ScannedLine[] = [];
  let start = 0;
  for (let at = 0; at <= bytes.length; at++) {
    const torn = at === bytes.length;
    if (torn ? start === at : bytes[at] !== 0x0a) continue;
    const end = torn ? at : at + 1;
    const text = bytes.subarray(start, at).toString("utf8");
    const damaged = !isUtf8(bytes.subarray(start, at));
    lines.push({ text: torn ? text : text.replace(/\r$/, ""), number: lines.length + 1, start, end, torn, damaged });
    start = end;
  }
  return lines;
}

function fileOf(content: string | Buffer): string {
  const file = join(temporaryFolder(), "lines.txt");
  writeFileSync(file, content);
  return file;
}

const text = fc.string({ unit: "binary", maxLength: 12 }).map((value) => value.replaceAll("\n", ""));
const lineEnd = fc.constantFrom("\n", "\r\n");

describe("scanLines", () => {
  test.each([
    { name: "an empty file has none", content: "", texts: [] },
    { name: "empty lines are lines", content: "\n\na\n", texts: ["", "", "a"] },
    { name: "a carriage return before the newline is no part of the line", content: "a\r\n\r\nb\r\n", texts: ["a", "", "b"] },
    { name: "only one is taken off", content: "a\r\r\n", texts: ["a\r"] },
    { name: "one inside a line stays", content: "a\rb\n", texts: ["a\rb"] },
    { name: "a last line without its newline is a line", content: "a\nb", texts: ["a", "b"] },
  ])("$name", ({ content, texts }) => {
    expect([...scanLines(fileOf(content))].map((line) => line.text)).toEqual(texts);
  });

  test("says of the last line alone whether it lost its newline", () => {
    expect([...scanLines(fileOf("a\nb"))].map((line) => line.torn)).toEqual([false, true]);
    expect([...scanLines(fileOf("a\nb\n"))].map((line) => line.torn)).toEqual([false, false]);
  });

  test("says which lines hold bytes that are no UTF-8; a replacement character that was written is none", () => {
    const content = Buffer.concat([Buffer.from("é \ufffd\na\n"), Buffer.from([0xe9, 0x0a, 0x61, 0x0a, 0xf0, 0x9f, 0x98])]);
    expect([...scanLines(fileOf(content))].map((line) => line.damaged)).toEqual([false, false, true, false, true]);
  });

  test("gives any text back line by line with its offsets, wherever a chunk ends", () => {
    const file = fileOf("");
    fc.assert(
      fc.property(
        // So long that a chunk ends somewhere in the lines behind it, or in itself.
        fc.integer({ min: chunkBytes - 40, max: chunkBytes + 8 }),
        fc.constantFrom("x", "é", "😀"),
        fc.array(fc.tuple(text, lineEnd), { maxLength: 8 }),
        text,
        (length, filler, lines, last) => {
          const first = filler.repeat(Math.floor(length / Buffer.byteLength(filler)));
          const content = Buffer.from(`${first}\n${lines.map(([line, end]) => line + end).join("")}${last}`);
          writeFileSync(file, content);
          expect([...scanLines(file)]).toEqual(linesOf(content));
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([3, 5])("a line %i chunks long is one line", (chunks) => {
    const long = "é".repeat((chunks * chunkBytes) / 2);
    const content = Buffer.from(`a\n${long}\r\nb\n${long}`);
    const found = [...scanLines(fileOf(content))];
    expect(found.map((line) => line.text === long)).toEqual([false, true, false, true]);
    expect(found).toEqual(linesOf(content));
  });

  test("ends with a line that is longer than allowed, as if the file ended there", () => {
    const found = [...scanLines(fileOf(`a\n${"x".repeat(3 * chunkBytes)}\nb\n`), chunkBytes / 2)];
    expect(found.map((line) => line.torn)).toEqual([false, true]);
    expect(found[1]?.text.length).toBeLessThanOrEqual(chunkBytes);
  });

  onLinux("lets go of the file when nobody wants the rest", () => {
    const file = fileOf("a\nb\n");
    for (const _ of scanLines(file)) {
      expect(descriptorsOf(file)).toHaveLength(1);
      break;
    }
    expect(descriptorsOf(file)).toEqual([]);
  });
});

describe("readSpan", () => {
  test("gives the line that a scan found", () => {
    const file = fileOf(`${"x".repeat(chunkBytes)}é\nsecond 😀\r\nlast`);
    const fd = openSync(file, "r");
    for (const { text, start, end } of scanLines(file)) expect(readSpan(fd, start, end).trimEnd()).toBe(text);
    expect(readSpan(fd, chunkBytes, 10 * chunkBytes)).toBe("é\nsecond 😀\r\nlast");
    closeSync(fd);
  });
});
