import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/finetune-data/${name}`, import.meta.url));
const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("finegauge data convert", () => {
  test("makes samples of chats: all messages but the last, and the last as the right answer", async () => {
    const { code, stdout } = await finegauge([
      "data",
      "convert",
      fixture("tools/chat_ok.jsonl"),
      "--to",
      "samples",
      "--no-metadata",
    ]);
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual(jsonLines(readFileSync(fixture("tools/eval_samples.expected.jsonl"), "utf8")));
  });

  test("gives a ShareGPT file back as it was, by way of chats", async () => {
    using scratch = scratchFolder();
    const file = fixture("sharegpt/sharegpt_sample40.jsonl");
    const there = await finegauge(["data", "convert", file, "--to", "chat", "--output", "chat.jsonl"], { cwd: scratch.path });
    expect(there).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/\(sharegpt\): 40 rows → 40 as chat · chat\.jsonl\n$/),
    });
    expect(jsonLines(readFileSync(join(scratch.path, "chat.jsonl"), "utf8"))[2]).toMatchObject({
      metadata: { origin: "sharegpt_sample40.jsonl:3" },
    });
    const { stdout } = await finegauge(["data", "convert", "chat.jsonl", "--to", "sharegpt"], { cwd: scratch.path });
    expect(jsonLines(stdout)).toEqual(jsonLines(readFileSync(file, "utf8")));
  });

  test("reads standard input, gzip, and what else a file may be", async () => {
    using scratch = scratchFolder();
    const input = readFileSync(fixture("axolotl/alpaca.json"), "utf8");
    const { code, stdout } = await finegauge(["data", "convert", "-", "--to", "csv"], { input });
    expect(code).toBe(0);
    writeFileSync(join(scratch.path, "alpaca.csv"), stdout);
    const back = await finegauge(["data", "convert", "alpaca.csv", "--to", "alpaca"], { cwd: scratch.path });
    const joined = (JSON.parse(input) as { instruction: string; input: string; output: string }[]).map(
      ({ instruction, input: more, output }) => ({
        instruction: more === "" ? instruction : `${instruction}\n\n${more}`,
        input: "",
        output,
      }),
    );
    expect(jsonLines(back.stdout)).toEqual(joined);
  });

  const chat = (...messages: [string, string | null][]) => ({ messages: messages.map(([role, content]) => ({ role, content })) });
  const call = {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
  };
  const mixed = [
    chat(["user", "a"], ["assistant", "b"]),
    { messages: [{ role: "user", content: "c" }, call] },
    chat(["system", "s"], ["user", "d"], ["assistant", "e"]),
  ];
  const mixedText = mixed.map((row) => `${JSON.stringify(row)}\n`).join("");

  test("refuses what the format has no words for, and leaves nothing behind", async () => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "mixed.jsonl"), mixedText);
    const args = ["data", "convert", "mixed.jsonl", "--to", "completions", "--output", "out.jsonl", "--report", "report.jsonl"];
    const refused = await finegauge(args, { cwd: scratch.path });
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(
      "error data.invalid: 2 rows cannot be written as completions: line 2 has tool calls; line 3 has a system prompt\n  mixed.jsonl:2\n",
    );
    expect(readdirSync(scratch.path)).toEqual(["mixed.jsonl"]);

    const lossy = await finegauge([...args, "--lossy", "--json"], { cwd: scratch.path });
    expect(JSON.parse(lossy.stdout)).toMatchObject({ rows: 3, written: 3, lost: { "tool calls": 1, "a system prompt": 1 } });
    expect(jsonLines(readFileSync(join(scratch.path, "report.jsonl"), "utf8"))).toEqual([
      { line: 2, lost: ["tool calls"] },
      { line: 3, lost: ["a system prompt"] },
    ]);
    const again = await finegauge([...args, "--lossy"], { cwd: scratch.path });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("is there already") });
  });

  test("leaves out rows that cannot be read only when it is told to", async () => {
    const input = `${JSON.stringify(mixed[0])}\n{"messages":[{"role":"user","content":"x","content":"y"}]}\n{"mess`;
    const refused = await finegauge(["data", "convert", "-", "--from", "chat", "--to", "sharegpt", "--output", "/dev/null"], {
      input,
    });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      '2 rows cannot be read: line 2 has the key "content" twice in one object; line 3 is no JSON',
    );
    const skipped = await finegauge(["data", "convert", "-", "--from", "chat", "--to", "sharegpt", "--skip-bad"], { input });
    expect(skipped.code).toBe(0);
    expect(jsonLines(skipped.stdout)).toHaveLength(1);
    expect(skipped.stderr).toContain('left out, unreadable: 1 × has the key "content" twice in one object');
  });
});

describe("bad input to finegauge data convert is one error with its place, and leaves nothing behind", () => {
  const row = `${JSON.stringify({
    messages: [
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ],
  })}\n`;
  test.each<{ what: string; content: string | Buffer; says: string; at?: string }>([
    {
      what: "another encoding",
      content: Buffer.from(row + row.replace("a", "\u00e9"), "latin1"),
      says: "the line is not UTF-8 text",
      at: "data.jsonl:2",
    },
    { what: "a torn last line", content: row + row.slice(0, 20), says: "line 2 is no JSON", at: "data.jsonl:2" },
    {
      what: "100 MB on one line",
      content: `${row}{"messages":[{"role":"user","content":"${"x".repeat(100_000_000)}"}]}\n`,
      says: "a line is longer than 64 MiB",
      at: "data.jsonl:2",
    },
    { what: "null bytes", content: `${row}\0\0\0\n`, says: "line 2 is no JSON", at: "data.jsonl:2" },
    {
      what: "deep nesting",
      content: `${row}{"messages":${"[".repeat(50_000)}${"]".repeat(50_000)}}\n`,
      says: "line 2 is nested deeper than 200 levels",
      at: "data.jsonl:2",
    },
    { what: "an empty file", content: "", says: "the file is empty", at: "data.jsonl" },
    {
      what: "a file of another kind",
      content: "\x7fELF\x02\x01",
      says: "the file does not show which format it has",
      at: "data.jsonl",
    },
  ])(
    "$what",
    async ({ content, says, at }) => {
      using scratch = scratchFolder();
      writeFileSync(join(scratch.path, "data.jsonl"), content);
      const { code, stdout, stderr } = await finegauge(
        ["data", "convert", "data.jsonl", "--to", "sharegpt", "--output", "out.jsonl"],
        { cwd: scratch.path },
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error data\.invalid: /);
      expect(stderr).toContain(says);
      expect(stderr).toContain(`\n  ${at}\n`);
      expect(readdirSync(scratch.path)).toEqual(["data.jsonl"]);
    },
    30_000,
  );

  test.each([
    { what: "a folder", name: "folder", says: "folder is a folder, and does not show which format it has" },
    { what: "nothing", name: "none.jsonl", says: "there is no file none.jsonl" },
  ])("$what", async ({ name, says }) => {
    using scratch = scratchFolder();
    mkdirSync(join(scratch.path, "folder"));
    const { code, stderr } = await finegauge(["data", "convert", name, "--to", "sharegpt"], { cwd: scratch.path });
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test("but a byte-order mark and carriage returns are none", async () => {
    const { code, stdout } = await finegauge(["data", "convert", "-", "--to", "completions", "--no-metadata"], {
      input: `\ufeff${row.trim()}\r\n${row.trim()}\r\n`,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"prompt":"a","completion":"b"}\n'.repeat(2) });
  });
});

describe("finegauge data prepare", () => {
  const rows = [
    ["Capital of Peru?", "Lima"],
    ["Capital of Chad?", "N'Djamena"],
    ["Capital of Peru?", "Lima"],
    ["Capital of Fiji", ""],
    ["Capital of Mali!", "Bamako"],
  ].map(([prompt, completion]) => `${JSON.stringify({ prompt, completion })}\n`);

  test("writes beside its input, numbered where that is taken, and says what it did and how to ask", async () => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "capitals.jsonl"), rows.join(""));
    const { code, stdout, stderr } = await finegauge(["data", "prepare", "capitals.jsonl"], { cwd: scratch.path });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("✓ drop 1 row without a completion (line 4)\n");
    expect(stderr).toContain('capitals_prepared.jsonl: 3 rows\nask with prompts that end with " ->"\nask with stop "\\n"\n');
    await finegauge(["data", "prepare", "capitals.jsonl", "--compat", "--quiet"], { cwd: scratch.path });
    expect(readdirSync(scratch.path)).toEqual(["capitals.jsonl", "capitals_prepared (1).jsonl", "capitals_prepared.jsonl"]);
    const wanted = [
      { prompt: "Capital of Peru? ->", completion: " Lima\n" },
      { prompt: "Capital of Chad? ->", completion: " N'Djamena\n" },
      { prompt: "Capital of Mali! ->", completion: " Bamako\n" },
    ];
    for (const name of ["capitals_prepared (1).jsonl", "capitals_prepared.jsonl"])
      expect(jsonLines(readFileSync(join(scratch.path, name), "utf8"))).toEqual(wanted);
  });

  test("splits labels", async () => {
    using scratch = scratchFolder();
    const items = Array.from(
      { length: 10 },
      (_, at) => `${JSON.stringify({ prompt: `thing ${"abcdefghij"[at]}${at}`, completion: at % 2 === 0 ? "fruit" : "tool" })}\n`,
    );
    writeFileSync(join(scratch.path, "things.jsonl"), items.join(""));
    const { stdout } = await finegauge(["data", "prepare", "things.jsonl", "--json"], { cwd: scratch.path });
    expect(JSON.parse(stdout)).toMatchObject({
      task: "classification",
      classes: { count: 2 },
      files: [
        { path: "things_prepared_train.jsonl", rows: 8 },
        { path: "things_prepared_valid.jsonl", rows: 2 },
      ],
    });
  });

  test.each([
    { what: "rows without a completion", input: `${rows[0]}{"prompt":"b"}\n`, says: "1 row without a completion: line 2" },
    { what: "prompts that are all the same", input: rows[0]?.repeat(2), says: "all prompts are the same" },
    { what: "no column for completions", input: '{"prompt":"a","answer":"b"}\n', says: "there is no column completion" },
  ])("refuses $what", async ({ input, says }) => {
    const { code, stdout, stderr } = await finegauge(["data", "prepare", "-"], { input: input ?? "" });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});
