import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/finetune-data/${name}`, import.meta.url));
const bad = fixture("finetune-tools/chat_bad.jsonl");
const toy = fixture("openai-cookbook/toy_chat_fine_tuning.jsonl");
const expected = JSON.parse(readFileSync(fixture("finetune-tools/chat_bad.expected.json"), "utf8"));

const user = { role: "user", content: "Is the disk full?" };
const answer = { role: "assistant", content: "yes" };
const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const chats = (n: number, more: object = {}) => Array.from({ length: n }, () => ({ messages: [user, answer], ...more }));

describe("finegauge data validate", () => {
  test.each([
    { mode: "tools", counts: expected.modes.finetune_tools_2023 },
    { mode: "cookbook", counts: expected.modes.cookbook },
  ])("counts as the script did with --mode $mode", async ({ mode, counts }) => {
    const { code, stdout } = await finegauge(["data", "validate", bad, "--mode", mode, "--json"]);
    expect(code).toBe(1);
    const { rows, errors } = JSON.parse(stdout);
    expect({ rows, errors }).toEqual({ rows: 10, errors: counts });
  });

  test("takes by today's rules what those did not know: weights, calls of tools, and functions", async () => {
    const { code, stdout } = await finegauge(["data", "validate", bad, "--json", "--show", "100"]);
    expect(code).toBe(1);
    const { errors, findings } = JSON.parse(stdout);
    expect(errors).toEqual({
      data_type: 1,
      missing_messages_list: 2,
      message_unrecognized_key: 1,
      message_missing_key: 1,
      unrecognized_role: 1,
      missing_content: 1,
      example_missing_assistant_message: 1,
    });
    const wrong = new Set(
      findings.filter(({ level }: { level: string }) => level === "error").map(({ line }: { line: number }) => line),
    );
    expect([...wrong]).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("finds the cookbook's file fine, one row of it too long, and estimates its tokens where nothing counts them", async () => {
    const { code, stdout } = await finegauge(["data", "validate", toy, "--mode", "cookbook", "--json"]);
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      rows: 5,
      errors: {},
      warnings: { missing_system: 1, missing_user: 1, too_long: 1 },
      findings: [{ line: 5, kind: "too_long" }],
      messages: { min: 2, max: 9, mean: 3.8, median: 3, p10: 2 },
      counted_by: { encoding: "cl100k_base", tokenizer: null, estimate: true },
      epochs: 20,
    });
    expect(found.messages.p90).toBeCloseTo(6.6, 9);
    expect(Math.abs(found.tokens.mean / 1648.4 - 1)).toBeLessThan(0.2);
  });

  test("is silent about nothing: each error stands at its line, and what was not counted is called an estimate", async () => {
    using scratch = scratchFolder();
    const rows = [...chats(9), { messages: [user, { ...answer, weight: 2 }] }, { messages: [user] }];
    writeFileSync(join(scratch.path, "train.jsonl"), lines(rows));
    const { code, stdout } = await finegauge(["data", "validate", "train.jsonl", "--price", "3"], { cwd: scratch.path });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^train\.jsonl: 11 rows of chats, by the API's rules of today: 2 errors in 2 rows, 11 warnings\n/);
    expect(stdout).toContain("train.jsonl:10  message 2 has the weight 2, which is neither 0 nor 1 (invalid_weight)\n");
    expect(stdout).toContain("train.jsonl:11  has no message of the assistant (example_missing_assistant_message)\n");
    expect(stdout).toMatch(/\nabout [\d,]+ tokens an epoch × 9 epochs = about [\d,]+, \$0\.\d+\n/);
    expect(stdout).toContain("estimated: npm install gpt-tokenizer counts them");
  });

  test("shows as many rows as it is told to, and writes all of them to a report", async () => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "train.jsonl"), lines(Array.from({ length: 30 }, () => ({ messages: [user] }))));
    const args = ["data", "validate", "train.jsonl", "--show", "3", "--report", "report.jsonl"];
    const { code, stdout } = await finegauge(args, { cwd: scratch.path });
    expect(code).toBe(1);
    expect(stdout.match(/^ {2}train\.jsonl:\d+ /gm)).toHaveLength(3);
    expect(stdout).toContain("\n  27 more\n");
    const report = readFileSync(join(scratch.path, "report.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(report.filter(({ level }) => level === "error")).toHaveLength(30);
    expect(report.at(-1)).toEqual({ line: 30, level: "warning", kind: "missing_system", says: "has no system message" });
    const again = await finegauge(args, { cwd: scratch.path });
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(await finegauge([...args, "--force"], { cwd: scratch.path })).toMatchObject({ code: 1 });
  });

  test.each([
    { what: "a file that is fine", rows: chats(10, { metadata: {} }), args: [], code: 0 },
    { what: "warnings", rows: chats(10), args: [], code: 0 },
    { what: "warnings, strictly", rows: chats(10), args: ["--strict"], code: 1 },
    { what: "too few examples", rows: chats(9), args: [], code: 1 },
    { what: "few examples, by rules that knew no least number", rows: chats(1), args: ["--mode", "tools"], code: 0 },
    { what: "rows that are too long", rows: chats(10), args: ["--max-tokens", "5", "--strict"], code: 1 },
    { what: "an encoding that nobody knows", rows: chats(10), args: ["--encoding", "cl200k"], code: 2 },
    { what: "a model that nobody knows", rows: chats(10), args: ["--model", "mine"], code: 2 },
    { what: "a model that is said enough of", rows: chats(10), args: ["--model", "mine", "--encoding", "cl100k_base"], code: 0 },
    { what: "two kinds of rows", rows: [...chats(10), { prompt: "a", completion: "b" }], args: [], code: 1 },
    {
      what: "pairs",
      rows: Array.from({ length: 10 }, () => ({
        input: { messages: [user] },
        preferred_output: [answer],
        non_preferred_output: [{ ...answer, content: "no" }],
      })),
      args: [],
      code: 0,
    },
    {
      what: "completions",
      rows: Array.from({ length: 10 }, () => ({ prompt: "a ->", completion: " b" })),
      args: ["--strict"],
      code: 0,
    },
  ])("ends with $code for $what", async ({ rows, args, code }) => {
    const outcome = await finegauge(["data", "validate", "-", ...args], { input: lines(rows) });
    expect(outcome.code).toBe(code);
    if (code < 2) expect(outcome.stdout).toMatch(/^standard input: \d+ row/);
    else expect(outcome.stderr).toMatch(/^error cli\.usage: /);
  });

  test("goes on behind a line that cannot be read, and names it", async () => {
    const torn = `${lines(chats(10))}{"messages": [], "messages": []}\n${"[".repeat(300)}${"]".repeat(300)}\n{"messages": [{"role":`;
    const { code, stdout } = await finegauge(["data", "validate", "-", "--json"], { input: torn });
    expect(code).toBe(1);
    const { errors, findings, rows } = JSON.parse(stdout);
    expect({ rows, errors }).toEqual({ rows: 13, errors: { unreadable: 2, data_type: 1 } });
    expect(findings.map(({ line, says }: { line: number; says: string }) => `${line} ${says}`)).toEqual([
      '11 has the key "messages" twice in one object',
      "12 is no JSON object",
      "13 is no JSON",
    ]);
  });

  test("reads a byte-order mark, carriage returns and gzip", async () => {
    using scratch = scratchFolder();
    const text = `\ufeff${lines(chats(10)).replaceAll("\n", "\r\n")}`;
    writeFileSync(join(scratch.path, "train.jsonl.gz"), gzipSync(text));
    const { code, stdout } = await finegauge(["data", "validate", "train.jsonl.gz", "--json"], { cwd: scratch.path });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 10, kind: "chat", errors: {} });
  });

  test.each([
    { what: "nothing there", file: "none.jsonl", text: undefined, says: "data.missing" },
    { what: "an empty file", file: "empty.jsonl", text: "", says: "the file is empty" },
    { what: "a table", file: "table.csv", text: "prompt,completion\na,b\n", says: "no line of the file is a JSON object" },
    { what: "another encoding", file: "latin.jsonl", text: Buffer.from([0x7b, 0xe4, 0x7d, 0x0a]), says: "latin.jsonl:1" },
    { what: "a folder", file: "folder", text: undefined, says: "is a folder" },
  ])("refuses $what, and leaves no report", async ({ file, text, says }) => {
    using scratch = scratchFolder();
    mkdirSync(join(scratch.path, "folder"));
    if (text !== undefined) writeFileSync(join(scratch.path, file), text);
    const { code, stdout, stderr } = await finegauge(["data", "validate", file, "--report", "report.jsonl"], {
      cwd: scratch.path,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(() => readFileSync(join(scratch.path, "report.jsonl"))).toThrow("ENOENT");
  });

  test("counts with gpt-tokenizer where the working directory has it", async () => {
    using scratch = scratchFolder();
    const at = join(scratch.path, "node_modules/gpt-tokenizer");
    mkdirSync(join(at, "encoding"), { recursive: true });
    writeFileSync(join(at, "package.json"), '{ "name": "gpt-tokenizer", "version": "9.8.7", "exports": { "./*": "./*.cjs" } }');
    writeFileSync(join(at, "encoding/cl100k_base.cjs"), "exports.countTokens = (text) => text.split(' ').length;");
    const args = ["data", "validate", "-", "--model", "gpt-3.5-turbo-0613", "--json"];
    const { stdout } = await finegauge(args, { cwd: scratch.path, input: lines(chats(10)) });
    expect(JSON.parse(stdout)).toMatchObject({
      counted_by: { encoding: "cl100k_base", tokenizer: "gpt-tokenizer 9.8.7", estimate: false },
      max_tokens: 4096,
      // 3, and of each message 3, its role and its words.
      tokens: { min: 3 + (3 + 1 + 4) + (3 + 1 + 1), max: 16 },
      assistant_tokens: { min: 1, max: 1 },
      tokens_per_epoch: 160,
      epochs: 10,
      billed_tokens: 1600,
    });
  });
});
