import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { draftSamples } from "./draft-samples.ts";
import { guessColumns, type WantedColumns } from "./guess-columns.ts";
import { type DataFile, readDataFile } from "./read-data-file.ts";

function fileOf(name: string, content: string | Uint8Array, options: { header?: boolean } = {}): DataFile {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return readDataFile(file, options);
}

const values = (data: DataFile) => data.rows.map((row) => ("values" in row ? row.values : row.fault));

describe("readDataFile", () => {
  test.each([
    { name: "a byte order mark", file: "a.csv", text: "\ufeffq,a\n1,2\n" },
    { name: "semicolons", file: "a.csv", text: "q;a\n1;2\n" },
    { name: "tabs in a .csv", file: "a.csv", text: "q\ta\n1\t2\n" },
    { name: "an ending in capitals", file: "A.CSV", text: "q,a\n1,2\n" },
    { name: "white space around a column's name", file: "a.csv", text: " q , a\n1,2\n" },
    { name: "TSV", file: "a.tsv", text: "q\ta\r\n1\t2\r\n" },
  ])("reads a table with $name", ({ file, text }) => {
    const data = fileOf(file, text);
    expect(data.columns).toEqual(["q", "a"]);
    expect(data.rows).toEqual([{ line: 2, values: { q: "1", a: "2" } }]);
  });

  test("reads what a spreadsheet saves as Unicode text", () => {
    const data = fileOf("a.tsv", Buffer.from("\ufeffq\ta\né\t😀\n", "utf16le"));
    expect(values(data)).toEqual([{ q: "é", a: "😀" }]);
  });

  test("without a header columns are called by their place", () => {
    expect(fileOf("a.csv", "x,y\n1,2\n", { header: false })).toMatchObject({
      columns: ["1", "2"],
      rows: [{ line: 1, values: { 1: "x", 2: "y" } }, { line: 2 }],
    });
  });

  test("a row with more or fewer fields is a fault of its own", () => {
    const [short, long, right] = values(fileOf("a.csv", "q,a\n1\n1,2,3\n1,2\n"));
    expect([short, long]).toEqual(Array(2).fill("has another number of fields than the first line"));
    expect(right).toEqual({ q: "1", a: "2" });
  });

  test("two columns of one name are refused", () => {
    expect(() => fileOf("a.csv", "q,a,q\n1,2,3\n")).toThrow('two columns are called "q"');
  });

  test.each([
    { text: '{"messages": [{"role": "user", "content": "a"}]}\n', format: "chat", columns: [] },
    { text: '\ufeff{"input": "a", "ideal": "b"}\r\n', format: "samples", columns: [] },
    { text: 'oops\n\n{"a": 1}\n{"b": 2}\n[1]\n', format: "records", columns: ["a", "b"] },
  ])("tells $format by its first object", ({ text, format, columns }) => {
    expect(fileOf("a.jsonl", text)).toMatchObject({ format, columns });
  });

  test("lines that are no JSON objects are faults of their own", () => {
    const { rows } = fileOf("a.jsonl", 'oops\n\n{"a": 1}\n[1]\n');
    expect(rows).toEqual([
      { line: 1, fault: "is no JSON" },
      { line: 3, values: { a: 1 } },
      { line: 4, fault: "is no JSON object" },
    ]);
  });
});

describe("guessColumns", () => {
  const table = (...rows: string[]) => fileOf("a.csv", `${rows.join("\n")}\n`);
  const labelled = (names: string) =>
    table(names, ...Array.from({ length: 9 }, (_, at) => `a longer text ${at},${at % 2 ? "x" : "y"},r${at}`));

  test.each([
    { names: "text,label,id", wanted: { input: "text", ideal: "label", id: "id", metadata: [] } },
    { names: "Question,Expected Output,row", wanted: { input: "Question", ideal: "Expected Output", metadata: ["row"] } },
    { names: "prompt,completion,ticket_id", wanted: { input: "prompt", ideal: "completion", id: "ticket_id", metadata: [] } },
    { names: "a,b,c", wanted: { input: "a", ideal: "b", metadata: ["c"] } },
    { names: "text,id,label", wanted: { input: "text", ideal: "label", metadata: ["id"] } },
  ])("$names", ({ names, wanted }) => expect(guessColumns(labelled(names), {})).toEqual(wanted));

  test.each<{ wanted: WantedColumns; found: object }>([
    { wanted: { input: "c" }, found: { input: "c", ideal: "label", metadata: ["text"] } },
    { wanted: { ideal: "c" }, found: { input: "text", ideal: "c", metadata: ["label"] } },
    { wanted: { id: "c" }, found: { input: "text", ideal: "label", id: "c", metadata: [] } },
    { wanted: { metadata: [] }, found: { input: "text", ideal: "label", metadata: [] } },
  ])("takes $wanted as it is", ({ wanted, found }) => {
    expect(guessColumns(labelled("text,label,c"), wanted)).toEqual(found);
  });

  test("says that nothing shows the answer", () => {
    expect(() => guessColumns(table("one,two", "a,b", "c,d"), {})).toThrow("does not show which column is the ideal");
  });
});

describe("draftSamples", () => {
  const draftOf = (text: string) => {
    const data = fileOf("a.jsonl", `${text}\n`);
    const columns = data.columns.length > 0 ? guessColumns(data, {}) : undefined;
    return draftSamples(data, columns)[0];
  };

  test.each([
    {
      name: "a chat: its last message is the answer",
      text: '{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "a", "weight": 1}], "metadata": {"k": 1}}',
      wanted: {
        input: [
          { role: "system", content: "s" },
          { role: "user", content: "u" },
        ],
        ideal: ["a"],
        metadata: { k: 1 },
      },
    },
    {
      name: "a sample keeps its id and its other keys",
      text: '{"id": 7, "input": "i", "ideal": ["a", "b"], "lang": "de"}',
      wanted: { id: "7", input: "i", ideal: ["a", "b"], more: { lang: "de" } },
    },
    {
      name: "an object of columns: white space around answers goes, other values are kept",
      text: '{"text": "t", "label": " x ", "n": 3}',
      wanted: { input: "t", ideal: ["x"], metadata: { n: 3 } },
    },
    { name: "a number as an answer", text: '{"text": "t", "label": 5}', wanted: { ideal: ["5"] } },
    { name: "an object as an answer", text: '{"text": "t", "label": {"a": [1]}}', wanted: { ideal: ['{"a":[1]}'] } },
    {
      name: "no chat without an answer",
      text: '{"messages": [{"role": "user", "content": "u"}]}',
      wanted: { fault: "does not end with an answer" },
    },
    {
      name: "no chat that ends with a tool call",
      text: '{"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "tool_calls": [{}]}]}',
      wanted: { fault: "is answered by a tool call" },
    },
    {
      name: "no chat with a stranger in it",
      text: '{"messages": [{"role": "me", "content": "u"}]}',
      wanted: { fault: "has a message without a known role" },
    },
    { name: "no sample with an answer of another kind", text: '{"input": "a", "ideal": 5}', wanted: { fault: "is no sample" } },
  ])("$name", ({ text, wanted }) => expect(draftOf(text)).toMatchObject({ line: 1, ...wanted }));
});
