import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderWith } from "../../test/fixtures/registry/write-files.ts";
import { type Sample, type SampleContent, type SampleSource, sampleRowSchema, toSample } from "../core/sample.ts";
import { openSamples } from "./open-samples.ts";
import type { OpenSamplesOptions } from "./registry.ts";

const spec = { base: "toy", split: "dev" };
const fine = () => undefined;

/** Opens these files as one eval's data. */
async function opened(files: { readonly [name: string]: string | Uint8Array }, options: Partial<OpenSamplesOptions> = {}) {
  const folder = folderWith(files);
  const dataPaths = Object.keys(files).map((name) => join(folder.path, name));
  try {
    const source = await openSamples({ eval: { spec, dataPaths, checkSample: fine }, order: "file", ...options });
    return { source, folder, [Symbol.dispose]: () => [source.close(), folder[Symbol.dispose]()] };
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
}

const rows = (n: number) => Array.from({ length: n }, (_, i) => `{"input": "question ${i}", "ideal": "${i}"}\n`).join("");
const indexes = (source: SampleSource) => Array.from({ length: source.selected }, (_, i) => source.at(i).index);

describe("the order", () => {
  test.each([
    [3, "2 1 0"],
    [5, "3 1 4 2 0"],
    [10, "8 7 5 9 2 3 6 1 4 0"],
    [12, "7 5 9 2 3 8 11 10 6 1 4 0"],
    [20, "7 17 3 4 14 12 11 9 5 10 15 6 0 16 19 18 13 2 8 1"],
  ])("of %i samples is openai/evals'", async (n, order) => {
    using data = await opened({ "a.jsonl": rows(n) }, { order: "shuffle" });
    expect(indexes(data.source).join(" ")).toBe(order);
  });

  test("is cut to its first samples, whose ids are those of their lines", async () => {
    using data = await opened({ "a.jsonl": rows(10) }, { order: "shuffle", maxSamples: 3 });
    const { source } = data;
    expect(source).toMatchObject({ total: 10, selected: 3, ids: "line" });
    expect([0, 1, 2].map((i) => source.at(i).id)).toEqual(["toy.dev.8", "toy.dev.7", "toy.dev.5"]);
    expect([8, 7, 5, 0].map((row) => source.positionOf(row))).toEqual([0, 1, 2, -1]);
    expect(() => source.at(3)).toThrow(RangeError);
    expect(() => source.at(-1)).toThrow(RangeError);
  });

  test("of the file is that of the lines, and can be cut too", async () => {
    using data = await opened({ "a.jsonl": rows(4) }, { maxSamples: 2 });
    expect(indexes(data.source)).toEqual([0, 1]);
    expect([0, 1, 2].map((row) => data.source.positionOf(row))).toEqual([0, 1, -1]);
  });

  test("is another one with another seed", async () => {
    using data = await opened({ "a.jsonl": rows(10) }, { order: "shuffle", seed: 1 });
    expect(indexes(data.source).join(" ")).not.toBe("8 7 5 9 2 3 6 1 4 0");
    expect(indexes(data.source).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("rows", () => {
  const jsonRow = fc.record(
    {
      input: fc.oneof(fc.string(), fc.array(fc.record({ role: fc.constant("user"), content: fc.string() }))),
      ideal: fc.oneof(fc.string(), fc.array(fc.string())),
      note: fc.jsonValue(),
      metadata: fc.dictionary(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ["input"] },
  );
  const files = fc.array(fc.array(jsonRow, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 });

  test("come each exactly once, as they were written, whatever the order, the files and the line ends", async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.constantFrom("shuffle" as const, "file" as const),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        fc.boolean(),
        async (parts, order, newline, endsOpen, marked) => {
          const written = parts.map((part, i) => {
            const text = part.map((row) => JSON.stringify(row)).join(newline) + (endsOpen ? "" : newline);
            return [`${i}.jsonl`, marked ? `\ufeff${text}` : text];
          });
          using data = await opened(Object.fromEntries(written), { order });
          const { source } = data;
          // The schema takes out keys called __proto__.
          const all = parts.flat().map((row) => sampleRowSchema.parse(JSON.parse(JSON.stringify(row))));
          expect(source.total).toBe(all.length);
          const seen: Sample[] = [];
          for (let i = 0; i < source.selected; i++) {
            const sample = source.at(i);
            expect(source.positionOf(sample.index)).toBe(i);
            seen[sample.index] = sample;
          }
          expect(seen).toEqual(all.map((row, i) => toSample(row, i, "toy.dev")));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("have one data hash whatever the line ends and the order of keys, and another when one word changes", async () => {
    const hashOf = async (text: string) => {
      using data = await opened({ "a.jsonl": text });
      return data.source.dataHash;
    };
    const plain = await hashOf('{"input": "a", "ideal": "b"}\n{"input": "c", "ideal": "d"}\n');
    expect(await hashOf('\ufeff{"ideal": "b", "input": "a"}\r\n{"input":"c","ideal":["d"]}\r\n\r\n')).toBe(plain);
    expect(await hashOf('{"input": "a", "ideal": "b"}\n{"input": "c", "ideal": "D"}\n')).not.toBe(plain);
    expect(await hashOf('{"input": "c", "ideal": "d"}\n{"input": "a", "ideal": "b"}\n')).not.toBe(plain);
  });

  test("of a file longer than any buffer are found in both orders", async () => {
    const long = Array.from({ length: 3000 }, (_, i) =>
      JSON.stringify({ input: `${i} ${"é".repeat((i * 37) % 9000)}`, ideal: `${i}` }),
    );
    for (const order of ["file", "shuffle"] as const) {
      using data = await opened({ "a.jsonl": long.join("\n") }, { order });
      for (let i = 0; i < 3000; i++) {
        const { index, input } = data.source.at(i);
        expect(input).toBe(JSON.parse(long[index] as string).input);
      }
    }
  });

  test("have the ids they give themselves, and those of their lines otherwise", async () => {
    using data = await opened({ "a.jsonl": '{"id": "x", "input": "a"}\n{"id": 7, "input": "b"}\n' });
    expect([data.source.at(0).id, data.source.at(1).id, data.source.ids]).toEqual(["x", "7", "given"]);
    using mixed = await opened({ "a.jsonl": '{"id": "x", "input": "a"}\n{"input": "b"}\n' });
    expect([mixed.source.at(0).id, mixed.source.at(1).id, mixed.source.ids]).toEqual(["x", "toy.dev.1", "line"]);
  });

  test("may hold a replacement character that their author wrote", async () => {
    using data = await opened({ "a.jsonl": '{"input": "a \ufffd b"}\n' });
    expect(data.source.at(0).input).toBe("a \ufffd b");
  });

  test("named __proto__ are data like any other", async () => {
    using data = await opened({ "a.jsonl": '{"input": "a", "__proto__": {"ideal": "x"}}\n' });
    expect(data.source.at(0).ideal).toEqual([]);
    expect(({} as { ideal?: unknown }).ideal).toBeUndefined();
  });
});

describe("what is refused, and where", () => {
  test.each([
    ["a line that is no JSON", '{"input": "a"}\n{"input": b}\n', "data.invalid", { line: 2, column: 11 }, /"b" does not belong/],
    ["a blank line between rows", '{"input": "a"}\n\n \n{"input": "b"}\n', "data.invalid", { line: 2 }, /empty line/],
    ["a blank line before the first row", '\n{"input": "a"}\n', "data.invalid", { line: 1 }, /empty line/],
    ["a blank line of other white space", '{"input": "a"}\n\u00a0\n', "data.invalid", { line: 2, column: 1 }, /does not belong/],
    ["a file of nothing", "", "data.invalid", {}, /no sample/],
    ["a file of blank lines", "\n\n", "data.invalid", {}, /no sample/],
    ["fine-tuning rows", '{"messages": [{"role": "user", "content": "a"}]}\n', "data.invalid", { line: 1 }, /fine-tuning row/],
    ["an ideal that is a number", '{"input": "a", "ideal": 5}\r\n', "data.invalid", { line: 1 }, /ideal is 5/],
    [
      "an id that stands twice",
      '{"id":"x","input":"a"}\n{"id":"y","input":"a"}\n{"id":"x","input":"b"}\n',
      "data.duplicate-id",
      { line: 3 },
      /"x" stands in line 1 and again in line 3/,
    ],
    [
      "an id given as text and as number",
      '{"id":7,"input":"a"}\n{"id":"7","input":"b"}\n',
      "data.duplicate-id",
      { line: 2 },
      /"7" stands in line 1/,
    ],
    [
      "an id that another line has by its place",
      '{"id":"toy.dev.1","input":"a"}\n{"input":"b"}\n',
      "data.duplicate-id",
      { line: 2 },
      /"toy\.dev\.1"/,
    ],
  ])("%s", async (_, text, code, where, message) => {
    const attempt = opened({ "a.jsonl": text });
    await expect(attempt).rejects.toMatchObject({ code, more: { where } });
    await expect(attempt).rejects.toThrow(message);
  });

  test.each([
    ["Latin-1", Buffer.from('{"input": "caf\xe9"}\n', "latin1")],
    ["UTF-16", Buffer.from('\ufeff{"input": "a"}\n', "utf16le")],
  ])("%s text", async (_, bytes) => {
    await expect(opened({ "a.jsonl": bytes })).rejects.toMatchObject({ code: "data.invalid", more: { where: { line: 1 } } });
  });

  test("a sample that the scorer cannot score, at its line, in the eval's words or the command's", async () => {
    const text = '{"input": "a", "ideal": "b"}\n{"input": "a"}\n';
    const needsIdeal = ({ ideal }: SampleContent) => (ideal.length === 0 ? "ideal is missing" : undefined);
    const folder = folderWith({ "a.jsonl": text });
    using _ = folder;
    const dataPaths = [join(folder.path, "a.jsonl")];
    const refusal = { code: "data.invalid", message: "ideal is missing", more: { where: { line: 2 } } };
    const own = openSamples({ eval: { spec, dataPaths, checkSample: needsIdeal }, order: "file" });
    await expect(own).rejects.toMatchObject(refusal);
    const added = openSamples({ eval: { spec, dataPaths, checkSample: fine }, order: "file", checkSample: needsIdeal });
    await expect(added).rejects.toMatchObject(refusal);
  });

  test("an id that stands in two files, with both", async () => {
    const attempt = opened({
      "a.jsonl": '{"id":"x","input":"a"}\n',
      "b.jsonl": '{"id":"y","input":"a"}\n{"id":"x","input":"b"}\n',
    });
    await expect(attempt).rejects.toThrow(/"x" stands in .*a\.jsonl:1 and again in line 2/);
  });

  test("a row of more than 64 MB", async () => {
    const long = Buffer.alloc(70 * 1024 * 1024, "a");
    await expect(opened({ "a.jsonl": long })).rejects.toMatchObject({
      message: /longer than 64 MB/,
      more: { where: { line: 1 } },
    });
  });

  test("data that changes while it is read", async () => {
    const padding = `{"input": "${"x".repeat(17 * 1024 * 1024)}"}\n`;
    const folder = folderWith({ "a.jsonl": padding + rows(5) });
    using _ = folder;
    const file = join(folder.path, "a.jsonl");
    const source = await openSamples({ eval: { spec, dataPaths: [file], checkSample: fine }, order: "file" });
    writeFileSync(file, rows(5));
    expect(() => source.at(3)).toThrow(/was changed while it was being read/);
    source.close();
  });
});

describe("compressed data", () => {
  const temporary = mkdtempSync(join(tmpdir(), "open-samples-test-"));
  const { TMPDIR } = process.env;
  beforeAll(() => {
    process.env.TMPDIR = temporary;
  });
  afterAll(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(temporary, { recursive: true });
  });
  const leftovers = () => readdirSync(temporary).filter((name) => name.startsWith("finegauge-"));

  test.each([
    ["a.jsonl.gz", gzipSync(rows(50))],
    ["a.jsonl.zst", zstdCompressSync(rows(50))],
    ["two-members.gz", Buffer.concat([gzipSync(rows(50).slice(0, 700)), gzipSync(rows(50).slice(700))])],
  ])("%s is the same samples, and leaves nothing behind", async (name, bytes) => {
    using plain = await opened({ "a.jsonl": rows(50) });
    {
      using data = await opened({ [name]: bytes }, { order: "shuffle" });
      expect(data.source.dataHash).toBe(plain.source.dataHash);
      // Even a killed run leaves nothing, where an open file may lose its name.
      if (process.platform !== "win32") expect(leftovers()).toEqual([]);
      expect(data.source.at(0).input).toBe(`question ${data.source.at(0).index}`);
    }
    expect(leftovers()).toEqual([]);
  });

  test.each([
    ["a.jsonl.gz", gzipSync(rows(50)).subarray(0, 60), /cannot be decompressed/],
    ["a.jsonl.gz", Buffer.from("plain"), /cannot be decompressed/],
    ["a.jsonl.zst", Buffer.from("plain"), /cannot be decompressed/],
    ["a.jsonl.gz", gzipSync("{]"), /does not belong/],
    ["a.jsonl.lz4", Buffer.from("plain"), /LZ4, which is not read/],
  ])("%s that is damaged is refused, and leaves nothing behind", async (name, bytes, message) => {
    await expect(opened({ [name]: bytes })).rejects.toMatchObject({
      code: "data.invalid",
      message: expect.stringMatching(message),
    });
    expect(leftovers()).toEqual([]);
  });
});
