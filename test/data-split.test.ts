import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const linesOf = (folder: string, file: string) => readFileSync(join(folder, file), "utf8").trimEnd().split("\n");

/** Words that no two rows share, so that only what is planted is alike. */
const words = (seed: number, n: number) =>
  Array.from({ length: n }, (_, at) => ((seed * 7919 + at * 104_729) % 1_679_616).toString(36).padStart(4, "q"));
const asked = (question: string, answer: string) =>
  JSON.stringify({
    messages: [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
  });

/** 300 rows, each third of which has a copy with a word changed or in another case. */
function planted(): string[] {
  return Array.from({ length: 300 }, (_, row) => {
    const own = words(row + 1, 24);
    const question = own.join(" ");
    const label = `label ${row % 3}`;
    if (row % 3 !== 0) return [asked(question, label)];
    own[row % 20] = "otherwise";
    return [asked(question, label), asked(own.join(" "), label), asked(`${question.toUpperCase()}!`, label)];
  }).flat();
}

describe("finegauge data split", () => {
  test("leaves nothing in one part that is in another, by the tool's own check", async () => {
    using scratch = scratchFolder();
    const rows = planted();
    writeFileSync(join(scratch.path, "rows.jsonl"), `${rows.join("\n")}\n`);
    const { code, stdout } = await finegauge(["data", "split", "rows.jsonl", "--test", "0.1", "--json"], { cwd: scratch.path });
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      rows: 500,
      groups: 300,
      largest_group: 3,
      joined: { "near duplicates": 100, "the same prompt": 100 },
    });
    const parts = ["train", "valid", "test"].map((part) => linesOf(scratch.path, `rows_${part}.jsonl`));
    expect(parts.flat().sort()).toEqual([...rows].sort());
    for (const [at, wanted] of [350, 100, 50].entries()) expect(Math.abs((parts[at]?.length ?? 0) - wanted)).toBeLessThan(3);
    for (const part of ["valid", "test"]) {
      const leaks = await finegauge(["data", "leaks", "rows_train.jsonl", `rows_${part}.jsonl`], { cwd: scratch.path });
      expect(leaks.stdout).toMatch(/^0 of /);
      expect(leaks.code).toBe(0);
    }
    const without = await finegauge(["data", "split", "rows.jsonl", "--no-near", "--output", "other"], { cwd: scratch.path });
    expect(without.code).toBe(0);
    const leaks = await finegauge(["data", "leaks", "other_train.jsonl", "other_valid.jsonl"], { cwd: scratch.path });
    expect(leaks.code).toBe(1);
  });

  test("reads standard input, copies lines to the letter, and says where each row went", async () => {
    using scratch = scratchFolder();
    const rows = Array.from(
      { length: 20 },
      (_, row) => `{"prompt" : "question ${row}",  "completion":" a${row}", "author": "p${row % 5}"}`,
    );
    const args = ["data", "split", "-", "--output", "out", "--by", "author", "--valid", "0.4", "--report", "report.jsonl"];
    const { code, stderr } = await finegauge(args, { cwd: scratch.path, input: rows.join("\n") });
    expect(code).toBe(0);
    expect(stderr).toContain("standard input (completions): 20 rows in 5 groups\n  together: 15 rows by the same author\n");
    const [train, valid] = [linesOf(scratch.path, "out_train.jsonl"), linesOf(scratch.path, "out_valid.jsonl")];
    expect(train).toEqual(rows.filter((row) => train.includes(row)));
    expect([...train, ...valid].sort()).toEqual([...rows].sort());
    const report = linesOf(scratch.path, "report.jsonl").map((line) => JSON.parse(line));
    expect(report).toHaveLength(20);
    for (const { line, part, group } of report) {
      expect(group).toBe(((line - 1) % 5) + 1);
      expect(part === "valid" ? valid : train).toContain(rows[line - 1]);
    }
    expect(readdirSync(scratch.path).sort()).toEqual(["out_train.jsonl", "out_valid.jsonl", "report.jsonl"]);
    const again = await finegauge(args, { cwd: scratch.path, input: rows.join("\n") });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("out_train.jsonl is there already") });
  });

  test("gives every part of a table the names of its columns", async () => {
    using scratch = scratchFolder();
    const rows = Array.from({ length: 10 }, (_, row) => `question ${row},answer ${row}`);
    writeFileSync(join(scratch.path, "table.csv"), `prompt,completion\n${rows.join("\n")}\n`);
    expect((await finegauge(["data", "split", "table.csv"], { cwd: scratch.path })).code).toBe(0);
    for (const [part, n] of [
      ["train", 8],
      ["valid", 2],
    ] as const) {
      const [head, ...body] = linesOf(scratch.path, `table_${part}.csv`);
      expect(head).toBe("prompt,completion");
      expect(body).toHaveLength(n);
    }
  });

  test("says what could not be had", async () => {
    using scratch = scratchFolder();
    const rows = Array.from({ length: 20 }, (_, row) =>
      JSON.stringify({ input: `q ${row}`, ideal: `a ${row}`, metadata: { author: row < 12 ? "ann" : "bob" } }),
    );
    writeFileSync(join(scratch.path, "two.jsonl"), rows.join("\n"));
    const { code, stderr } = await finegauge(["data", "split", "two.jsonl", "--by", "metadata.author", "--dry-run"], {
      cwd: scratch.path,
    });
    expect(code).toBe(0);
    expect(stderr).toContain("valid has 8 rows, not 4: groups are not cut, and the largest has 12");
    expect(readdirSync(scratch.path)).toEqual(["two.jsonl"]);
  });

  test.each([
    { what: "shares that leave nothing", args: ["--valid", "0.6", "--test", "0.4"], says: "nothing is left to train on" },
    { what: "a field that no row has", args: ["--by", "metadata.autor"], says: "no row has metadata.autor" },
    { what: "a torn row", args: [], says: "line 3 is no JSON", more: '{"prompt"' },
  ])("refuses $what, and leaves nothing behind", async ({ args, says, more = "" }) => {
    using scratch = scratchFolder();
    const row = (n: number) => JSON.stringify({ prompt: `q${n}`, completion: "a", metadata: { author: "x" } });
    writeFileSync(join(scratch.path, "rows.jsonl"), `${row(1)}\n${row(2)}\n${more || row(3)}\n`);
    const { code, stderr, stdout } = await finegauge(["data", "split", "rows.jsonl", ...args], { cwd: scratch.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(readdirSync(scratch.path)).toEqual(["rows.jsonl"]);
  });
});
