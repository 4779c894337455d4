import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { openText } from "../../io/text-source.ts";
import { commonEnd, commonStart } from "./affix.ts";
import { legacyPermutation } from "./legacy-shuffle.ts";
import { prepareData, splitPrepared } from "./prepare-data.ts";
import type { PrepareRow } from "./prepare-row.ts";
import { readPrepareRows } from "./read-prepare-rows.ts";

interface Case {
  name: string;
  ext: string;
  input: string;
  task_type: string | null;
  fired: string[];
  error: string | null;
  outputs: Record<string, { prompt: string; completion: string }[]>;
  stop: string | null;
}

const cases = JSON.parse(
  readFileSync(new URL("../../../test/fixtures/finetune-data/prepare-data/cases.json", import.meta.url), "utf8"),
) as Case[];
const long = (text: string) => text.replaceAll(/<<REPEAT (.+?) (\d+)>>/g, (_, what: string, n: string) => what.repeat(Number(n)));

async function read(text: string, ending: string) {
  const file = join(temporaryFolder(), `data${ending}`);
  writeFileSync(file, text);
  const source = await openText(file);
  try {
    return readPrepareRows(source);
  } finally {
    source.close();
  }
}

const accept = () => true;
const row = (prompt: string, completion: string, line = 1): PrepareRow => ({ line, prompt, completion });
const pairs = (rows: readonly PrepareRow[]) => rows.map(({ prompt, completion }) => ({ prompt, completion }));

describe("every recorded case of the legacy tool", () => {
  const runs = cases.filter(({ error }) => error === null);
  test.each(runs)("$name", async ({ ext, input, task_type, fired, outputs, stop }) => {
    const table = await read(long(input), ext);
    const prepared = await prepareData(table.rows, { compat: true, accept });
    expect([
      ...table.fixed.map(({ name }) => `${name}:necessary`),
      ...prepared.remedies.map(({ name, kind }) => `${name}:${kind}`),
    ]).toEqual(fired);
    expect(prepared.notes).toContain(`looks like ${task_type}`);
    expect(prepared.stop).toBe((stop ?? "").replaceAll("\\n", "\n"));
    const { train, valid } = splitPrepared(prepared.rows, { valid: 0.2, seed: 42 });
    const written = {
      "_prepared.jsonl": pairs(prepared.rows),
      "_prepared_train.jsonl": pairs(train),
      "_prepared_valid.jsonl": pairs(valid),
    };
    const wanted = Object.fromEntries(
      Object.entries(outputs).map(([name, rows]) => [
        name,
        rows.map(({ prompt, completion }) => ({ prompt: long(prompt), completion: long(completion) })),
      ]),
    );
    expect(written).toMatchObject(wanted);
    expect(prepared.task === "classification").toBe("_prepared_train.jsonl" in outputs);
  });

  // A file of one row is read; the legacy tool did not.
  const refused = cases.filter(({ error, name }) => error !== null && name !== "single_row_jsonl");
  test.each(refused)("$name is refused", async ({ ext, input }) => {
    await expect((async () => prepareData((await read(input, ext)).rows, { compat: true, accept }))()).rejects.toMatchObject({
      code: "data.invalid",
    });
  });

  test("a file of one row is read, and named", async () => {
    expect(await read('{"prompt":"a","completion":"b"}\n', ".jsonl")).toMatchObject({
      rows: [{ prompt: "a", completion: "b" }],
      notes: ["the file has one row"],
    });
  });
});

describe("without --compat", () => {
  test("a letter or a question mark that all rows happen to end with is no separator, a line end is", async () => {
    const rows = [row("a?", " one\n"), row("b?", " three\n"), row("c?", " five\n")];
    expect(pairs((await prepareData(rows, { accept })).rows)).toEqual([
      { prompt: "a? ->", completion: " one\n" },
      { prompt: "b? ->", completion: " three\n" },
      { prompt: "c? ->", completion: " five\n" },
    ]);
    const without = rows.map(({ completion, ...other }) => ({ ...other, completion: completion.trimEnd() }));
    expect(pairs((await prepareData(without, { accept })).rows).map(({ completion }) => completion)).toEqual([
      " one\n",
      " three\n",
      " five\n",
    ]);
    expect((await prepareData(without, { accept, compat: true })).stop).toBe("e");
    expect(await prepareData(without, { accept })).toMatchObject({ stop: "\n", separator: " ->" });
  });

  test("long rows are dropped by themselves, whatever was dropped before", async () => {
    const rows = [row("a", ""), row("b", "x"), row("c", "y".repeat(10_000)), row("d", "z")];
    expect((await prepareData(rows, { accept })).rows.map(({ prompt }) => prompt)).toEqual(["b ->", "d ->"]);
  });

  test("what is not accepted is not done", async () => {
    const rows = [row("a", "x"), row("a", "x"), row("b", "y")];
    const { rows: kept, remedies } = await prepareData(rows, { accept: ({ name }) => name === "duplicated_rows" });
    expect(pairs(kept)).toEqual([
      { prompt: "a", completion: "x" },
      { prompt: "b", completion: "y" },
    ]);
    expect(remedies.filter(({ done }) => done).map(({ name }) => name)).toEqual(["duplicated_rows"]);
  });

  test("columns that are called otherwise are found, prompts that are empty or torn between labels named", async () => {
    const file = join(temporaryFolder(), "data.csv");
    const labelled = Array.from({ length: 8 }, (_, at) => `question ${at},${at % 2 === 0 ? "yes" : "no"},z\n`).join("");
    writeFileSync(file, `question,answer,other\n${labelled}question 0,no,z\n,yes,z\n`);
    const source = await openText(file);
    const table = readPrepareRows(source, { guess: true });
    source.close();
    expect(table.fixed.map(({ says }) => says)).toEqual([
      "rename the column question to prompt",
      "rename the column answer to completion",
      "leave out other",
    ]);
    const { notes } = await prepareData(table.rows, { accept });
    expect(notes).toContain("1 row without a prompt (line 11): the model learns to say that of nothing");
    expect(notes).toContain("2 rows with a prompt that has another label elsewhere (line 2, 10)");
    await expect(read("question,answer\na,b\n", ".csv")).rejects.toMatchObject({ code: "data.invalid" });
    expect((await read("Prompt ,COMPLETION\na,b\n", ".csv")).rows).toHaveLength(1);
  });

  test("rows whose completion is not there at all are told from empty ones", async () => {
    const table = await read('{"prompt":"a","completion":""}\n{"prompt":"b"}\n{"prompt":"c","completion":null}\n', ".jsonl");
    expect(table.missing).toEqual([2, 3]);
  });
});

describe("the legacy permutation", () => {
  test.each([
    { n: 10, order: "8 1 5 0 7 2 9 4 3 6" },
    { n: 25, order: "8 16 0 23 11 9 13 1 22 5 2 12 15 3 4 20 17 21 18 24 7 10 14 19 6" },
  ])("of $n", ({ n, order }) => {
    expect(legacyPermutation(n, 42).join(" ")).toBe(order);
  });

  test("has every number once, at any length and seed", () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(2 ** 31), (n, seed) => {
        expect(legacyPermutation(n, seed).toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, at) => at));
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    { rows: 10, valid: 0.2, train: 8 },
    { rows: 9, valid: 0.2, train: 7 },
    { rows: 6000, valid: 0.2, train: 5000 },
    { rows: 10, valid: 0.5, train: 5 },
  ])("a split of $rows rows at $valid trains on $train", ({ rows, valid, train }) => {
    const all = Array.from({ length: rows }, (_, at) => row(String(at), "x", at + 1));
    const split = splitPrepared(all, { valid, seed: 42 });
    expect(split.train).toHaveLength(train);
    expect(split.valid.map(({ line }) => line)).toEqual(split.valid.map(({ line }) => line).toSorted((a, b) => a - b));
    expect(new Set([...split.train, ...split.valid]).size).toBe(rows);
  });
});

describe("common beginnings and ends", () => {
  test("are the longest there are, and cut no character in two", () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "😀", "😁"), maxLength: 5 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(texts, fc.string({ unit: "grapheme", maxLength: 5 }), (rest, shared) => {
        const starts = rest.map((text) => shared + text);
        const start = commonStart(starts);
        expect(starts.every((text) => text.startsWith(start))).toBe(true);
        expect(start.startsWith(shared)).toBe(true);
        const next = new Set(starts.map((text) => [...text.slice(start.length)][0]));
        expect(next.size > 1 || starts.length === 1 || next.has(undefined)).toBe(true);
        const ends = rest.map((text) => text + shared);
        const end = commonEnd(ends);
        expect(ends.every((text) => text.endsWith(end))).toBe(true);
        expect(end.endsWith(shared)).toBe(true);
        expect(/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(start + end)).toBe(false);
      }),
    );
  });
});
