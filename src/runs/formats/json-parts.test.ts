import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { jsonParts } from "./json-parts.ts";

function partsOf(text: string, lists: readonly string[] = []) {
  const file = join(temporaryFolder(), "document.json");
  const bytes = Buffer.from(text);
  writeFileSync(file, bytes);
  const found: { key: string; element: boolean; text: string }[] = [];
  const parts = jsonParts(file, new Set(lists));
  for (let next = parts.next(); ; next = parts.next()) {
    if (next.done) return { found, whole: next.value };
    const { key, element, start, end } = next.value;
    found.push({ key, element, text: bytes.toString("utf8", start, end) });
  }
}

describe("the parts of a JSON document", () => {
  test("are its members, and the elements of lists that are walked into", () => {
    const text = '{ "version": 2, "samples": [ {"a": [1, 2]}, "x,]" , [] ], "na\\"me": {"samples": [1]}, "end": null }';
    expect(partsOf(text, ["samples"])).toEqual({
      found: [
        { key: "version", element: false, text: "2" },
        { key: "samples", element: true, text: '{"a": [1, 2]}' },
        { key: "samples", element: true, text: '"x,]" ' },
        { key: "samples", element: true, text: "[] " },
        { key: 'na"me', element: false, text: '{"samples": [1]}' },
        { key: "end", element: false, text: "null " },
      ],
      whole: true,
    });
  });

  test("parsed one by one are the document, whatever is in it", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.jsonValue()),
        fc.nat(4),
        (document, samples, indent) => {
          const whole = { ...document, samples };
          const { found, whole: complete } = partsOf(JSON.stringify(whole, null, indent), ["samples"]);
          expect(complete).toBe(true);
          const members = found.filter(({ element }) => !element).map(({ key, text }) => [key, JSON.parse(text)]);
          const { samples: _, ...others } = whole;
          expect(Object.fromEntries(members)).toEqual(JSON.parse(JSON.stringify(others)));
          expect(found.filter(({ element }) => element).map(({ text }) => JSON.parse(text))).toEqual(
            JSON.parse(JSON.stringify(samples)),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test("of a list are its elements", () => {
    expect(partsOf("\n[1, [2, 3], {}]\n").found.map(({ text }) => text)).toEqual(["1", "[2, 3]", "{}"]);
  });

  test("are found across the borders of what is read at once", () => {
    const long = "é".repeat(300_000);
    const { found } = partsOf(JSON.stringify({ [long]: long, after: 1 }));
    expect(found.map(({ key, text }) => [key.length, text.length])).toEqual([
      [300_000, 300_002],
      [5, 1],
    ]);
  });

  test.each(['{"a": 1', '{"a": [1, 2', '{"a": "x', "["])("%s is not whole", (text) => {
    expect(partsOf(text, ["a"]).whole).toBe(false);
  });
});
