import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { readLeakSamples } from "./read-leak-samples.ts";
import { readTrainingRows } from "./read-training-rows.ts";

function written(name: string, content: string | Buffer): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

const json = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

async function gathered<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const list: Row[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

const all = async (file: string) => gathered(readTrainingRows(file));
const asked = (text: string) => ({ text, answer: false });
const said = (text: string) => ({ text, answer: true });

describe("readTrainingRows reads", () => {
  const user = (content: unknown) => ({ role: "user", content });
  const assistant = (content: unknown) => ({ role: "assistant", content });
  test.each([
    {
      what: "chats",
      value: { messages: [{ role: "system", content: "s" }, user("q"), assistant("a"), user("r"), assistant("b")] },
      turns: [asked("q"), said("a"), asked("r"), said("b")],
      system: "s",
    },
    {
      what: "parts of messages",
      value: {
        messages: [
          user([
            { type: "text", text: "q" },
            { type: "image_url", image_url: {} },
          ]),
          assistant("a"),
        ],
      },
      turns: [asked("q[image_url]"), said("a")],
    },
    {
      what: "tool calls",
      value: {
        messages: [user("q"), { role: "assistant", content: null, tool_calls: [{ function: { name: "f", arguments: "{}" } }] }],
      },
      turns: [asked("q"), said('[{"function":{"name":"f","arguments":"{}"}}]')],
    },
    {
      what: "ShareGPT",
      value: {
        conversations: [
          { from: "system", value: "s" },
          { from: "human", value: "q" },
          { from: "gpt", value: "a" },
        ],
      },
      turns: [asked("q"), said("a")],
      system: "s",
    },
    { what: "Alpaca", value: { instruction: "i", input: "q", output: "a" }, turns: [asked("i\nq"), said("a")] },
    { what: "Alpaca without input", value: { instruction: "i", input: "", output: "a" }, turns: [asked("i"), said("a")] },
    { what: "prompt and completion", value: { prompt: "q", completion: " a" }, turns: [asked("q"), said(" a")] },
    { what: "samples", value: { input: [user("q")], ideal: ["a", "b"] }, turns: [asked("q"), said("a"), said("b")] },
    { what: "preferences", value: { prompt: "q", chosen: "a", rejected: "b" }, turns: [asked("q"), said("a"), said("b")] },
    {
      what: "preferences as OpenAI has them",
      value: { input: { messages: [user("q")] }, preferred_output: [assistant("a")], non_preferred_output: [assistant("b")] },
      turns: [asked("q"), said("a"), said("b")],
    },
    { what: "texts", value: { text: "t" }, turns: [asked("t")] },
  ])("$what", async ({ value, turns, system = "" }) => {
    expect(await all(written("a.jsonl", json(value)))).toEqual([{ row: 1, line: 1, system, turns }]);
  });

  test.each([
    { name: "a.jsonl", content: `\ufeff${json({ text: "t" })}\r\n${json({ text: "u" })}` },
    { name: "a.jsonl", content: '{"text":"t"}\n\n{"text":"u"}' },
    { name: "a.jsonl.gz", content: gzipSync(`${json({ text: "t" })}\n${json({ text: "u" })}`) },
    { name: "a.ndjson.zst", content: zstdCompressSync(`${json({ text: "t" })}\n${json({ text: "u" })}`) },
    { name: "a.txt", content: "t\n\nu\n" },
  ])("$name, and knows where a row stands", async ({ name, content }) => {
    expect(await all(written(name, content))).toMatchObject([
      { row: 1, line: 1, turns: [{ text: "t" }] },
      { row: 2, line: 3, turns: [{ text: "u" }] },
    ]);
  });

  test("a JSON list", async () => {
    const rows = await all(written("a.json", JSON.stringify([{ text: "t" }, { prompt: "q", completion: "a" }])));
    expect(rows.map(({ turns }) => turns)).toEqual([[asked("t")], [asked("q"), said("a")]]);
  });

  test.each([
    { name: "a.csv", content: 'Question;Answer\n"q; ""1""\nr";a\ns;b\n' },
    { name: "a.tsv", content: 'Question\tAnswer\n"q; ""1""\nr"\ta\ns\tb\n' },
  ])("$name, with line ends in quotes, by the names of its columns", async ({ name, content }) => {
    expect(await all(written(name, content))).toEqual([
      { row: 1, line: 2, system: "", turns: [asked('q; "1"\nr'), said("a")] },
      { row: 2, line: 4, system: "", turns: [asked("s"), said("b")] },
    ]);
  });

  test("a table longer than what is looked at before its columns are named", async () => {
    const lines = Array.from({ length: 450 }, (_, at) => `question ${at},answer ${at}\n`).join("");
    const rows = await all(written("a.csv", `prompt,completion\n${lines}`));
    expect(rows).toHaveLength(450);
    expect(rows.at(-1)).toMatchObject({ row: 450, line: 451, turns: [asked("question 449"), said("answer 449")] });
  });
});

describe("readTrainingRows refuses", () => {
  test.each([
    { what: "a torn last line", name: "a.jsonl", content: '{"text":"t"}\n{"text":"u', line: 2, message: "cut short" },
    { what: "what is no JSON", name: "a.jsonl", content: "t\n", line: 1, message: "no JSON" },
    { what: "a key that stands twice", name: "a.jsonl", content: '{"text":"t","text":"u"}\n', line: 1, message: "twice" },
    { what: "a row that says nothing", name: "a.jsonl", content: '{"text":"t"}\n{"a":1,"b":2}\n', line: 2, message: "a, b" },
    { what: "other bytes than UTF-8", name: "a.txt", content: Buffer.from([0x61, 0x0a, 0xe9, 0x0a]), line: 2, message: "UTF-8" },
    {
      what: "a line of 65 MiB",
      name: "a.jsonl",
      content: `{"text":"t"}\n{"text":"${"x".repeat(65 * 2 ** 20)}"}\n`,
      line: 2,
      message: "longer",
    },
    { what: "an open quote", name: "a.csv", content: 'prompt,completion\na,b\nc,"d\ne,f\n', line: 3, message: "never closed" },
    {
      what: "a record that is too short",
      name: "a.csv",
      content: "prompt,completion\na,b\nc\n",
      line: 3,
      message: "number of fields",
    },
    { what: "an empty file", name: "a.jsonl", content: "\n", line: undefined, message: "no rows" },
    { what: "an unknown ending", name: "a.parquet", content: "x", line: undefined, message: "ending" },
  ])("$what, with its place", async ({ name, content, line, message }) => {
    const error = await all(written(name, content)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "data.invalid", message: expect.stringContaining(message) });
    expect((error as { more: { where?: { line?: number } } }).more.where?.line).toBe(line);
  });
});

describe("readLeakSamples", () => {
  test("makes the samples that a registry would of samples and chats", async () => {
    const chat = [
      { role: "system", content: "s" },
      { role: "user", content: "q" },
    ];
    const file = written(
      "mine.jsonl",
      json({ id: "one", input: chat, ideal: "a" }, { messages: [...chat, { role: "assistant", content: "a", weight: 1 }] }),
    );
    const [first, second, ...more] = await gathered(readLeakSamples(file));
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id: "one", input: chat, ideal: ["a"] });
    expect(second).toMatchObject({ id: "mine.1", input: chat, ideal: ["a"] });
    expect(second?.hashes).toEqual(first?.hashes);
  });

  test("takes of anything else what is asked for the question", async () => {
    const file = written("a.jsonl", json({ instruction: "i", input: "q", output: "a" }, { text: "t" }));
    expect(await gathered(readLeakSamples(file))).toMatchObject([
      { input: "i\nq", ideal: ["a"] },
      { input: "t", ideal: [] },
    ]);
  });

  test("says which row is none", async () => {
    const file = written("a.jsonl", json({ input: "q" }, { input: 5, ideal: 7 }));
    await expect(gathered(readLeakSamples(file))).rejects.toMatchObject({
      code: "data.invalid",
      more: { where: { file, line: 2 } },
    });
  });
});
