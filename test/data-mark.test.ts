import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const row = (n: number) => ({ prompt: `Who answers question ${n}?\n\n###\n\n`, completion: ` ${n}` });
const text = [0, 1, 2, 3, 4, 2].map((n) => `${JSON.stringify(row(n))}\n`).join("");

function scratchRows() {
  const scratch = scratchFolder();
  writeFileSync(join(scratch.path, "rows.jsonl"), text);
  const mark = (args: readonly string[], input?: string) =>
    finegauge(["data", "mark", "rows.jsonl", ...args], { cwd: scratch.path, ...(input !== undefined && { input }) });
  const read = (name: string) =>
    readFileSync(join(scratch.path, name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as object);
  return { scratch, mark, read };
}

describe("finegauge data mark", () => {
  test("asks about each example once, takes back what was a slip, and goes on where it was left", async () => {
    const { scratch, mark, read } = scratchRows();
    using _ = scratch;
    const first = await mark([], "yxnuq");
    expect(first.code).toBe(0);
    expect(first.stderr).toContain("[1 of 5]");
    expect(first.stderr).toContain("Who answers question 0?");
    // The second answer was taken back: that question comes again.
    expect(first.stderr.match(/\[2 of 5\]/g)).toHaveLength(2);
    expect(first.stderr).toContain("1 strong, 0 weak of 5 examples");
    expect(first.stderr).toContain("the same command goes on");
    const marks = join(scratch.path, "rows.jsonl.marks.jsonl");
    const before = readFileSync(marks, "utf8");

    // A process that died in the middle of a line.
    appendFileSync(marks, '{"type":"mark","row":"ab');
    const second = await mark([], "uynyn");
    expect(second.stderr).toContain("[2 of 5]");
    // Undo reaches back into the session before.
    expect(second.stderr.match(/\[1 of 5\]/g)).toHaveLength(1);
    const third = await mark([], "y");
    expect(third.stderr).toContain("[5 of 5]");
    expect(third.stderr).toContain("3 strong, 2 weak of 5 examples");
    expect(readFileSync(marks, "utf8").startsWith(before)).toBe(true);

    expect(await mark(["--write"])).toMatchObject({ code: 0, stdout: "" });
    expect(read("strong.jsonl")).toEqual([0, 2, 4].map(row));
    expect(read("weak.jsonl")).toEqual([1, 3].map(row));
    const again = await mark(["--write"]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("--force") });
    expect(await mark(["--write", "shots", "--json"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"strong": 3'),
    });
    expect(read("shots/weak.jsonl")).toHaveLength(2);
  });

  test("shows a chat with who said what, and nothing that moves a cursor", async () => {
    using scratch = scratchFolder();
    const messages = [
      { role: "user", content: "red\u001b[31m\u0007?" },
      { role: "assistant", content: "blue" },
    ];
    writeFileSync(join(scratch.path, "chats.jsonl"), `${JSON.stringify({ messages })}\n`);
    const { stderr } = await finegauge(["data", "mark", "chats.jsonl"], { cwd: scratch.path, input: "n" });
    expect(stderr).toContain("── asked");
    expect(stderr).toContain("red·?");
    expect(stderr).not.toContain("\u001b");
    expect(stderr).toContain("0 strong, 1 weak of 1 example ");
  });

  test.each([
    ["a row that is no JSON", "{\n", /rows\.jsonl:1/],
    ["an empty file", "", /is empty/],
  ])("refuses %s, and writes nothing", async (_, content, message) => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "rows.jsonl"), content);
    const { code, stderr } = await finegauge(["data", "mark", "rows.jsonl", "--from", "chat"], { cwd: scratch.path, input: "y" });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(scratch.path, "rows.jsonl.marks.jsonl"))).toBe(false);
  });
});
