import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { scratchFolder } from "../../test/support/finegauge.ts";
import { openRecordingFile } from "./recording-file.ts";

function newFile(): string {
  const folder = scratchFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return join(folder.path, "recorded.jsonl");
}

const line = (conversation: string, text: string) =>
  JSON.stringify({ messages: [{ role: "user", content: text }], metadata: { conversation } });
const texts = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((one) => one !== "")
    .map((one) => (JSON.parse(one) as { messages: [{ content: string }] }).messages[0].content);
/** A process that died with the file. */
const deadLock = JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), born: null, since: "" });

describe("a recording file", () => {
  test("has a line in the kernel when put returns, and the last state of each conversation alone when it is closed", async () => {
    const path = newFile();
    const file = openRecordingFile(path);
    file.put("a", line("a", "a1"));
    expect(texts(path)).toEqual(["a1"]);
    file.put("b", line("b", "b1"));
    file.put("a", line("a", "a2 \u{1f600}"));
    await vi.waitFor(() => expect(texts(path)).toEqual(["b1", "a2 \u{1f600}"]));
    file.put("a", line("a", "a3"));
    expect([file.read("a"), file.read("b"), file.read("c")]).toEqual([line("a", "a3"), line("b", "b1"), undefined]);
    file.forget("b");
    file.put("b", line("b", "b2"));
    await file.close();
    expect(readFileSync(path, "utf8")).toBe(["b1", "a3", "b2"].map((text) => `${line(text.charAt(0), text)}\n`).join(""));
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test("property: whatever is put and however often, each conversation is there once, as it was last", async () => {
    const puts = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.string({ unit: "binary" })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(puts, async (all) => {
        const path = newFile();
        const file = openRecordingFile(path);
        for (const [id, text] of all) file.put(id, line(id, text));
        await file.close();
        expect(texts(path).sort()).toEqual([...new Map(all).values()].sort());
      }),
      { numRuns: 25 },
    );
  });

  test("is added to, and what stood in it stays to the byte", async () => {
    const path = newFile();
    const before = `{"messages": [ {"role":"user","content":"theirs"} ]}\r\n`;
    writeFileSync(path, before);
    const file = openRecordingFile(path);
    file.put("a", line("a", "1"));
    file.put("a", line("a", "2"));
    await file.close();
    expect(readFileSync(path, "utf8")).toBe(`${before}${line("a", "2")}\n`);
  });

  test("shrinks while it is written, and lines are found where they went", async () => {
    const path = newFile();
    const file = openRecordingFile(path);
    file.put("small", line("small", "s1"));
    for (let turn = 0; turn < 8; turn++) {
      file.put("big", line("big", `${turn}${"x".repeat(2 ** 20)}`));
    }
    await vi.waitFor(() => expect(readFileSync(path).length).toBeLessThan(7 * 2 ** 20));
    file.put("small", line("small", "s2"));
    expect(file.read("big")).toContain('"7xxx');
    await file.close();
    expect(texts(path).map((text) => text.slice(0, 2))).toEqual(["7x", "s2"]);
  });

  test.each([
    {
      name: "both states of a conversation",
      left: `${line("a", "a1")}\n${line("b", "b1")}\n${line("a", "a2")}\n`,
      kept: ["b1", "a2"],
    },
    { name: "half of a line", left: `${line("a", "a1")}\n${line("b", "b1").slice(0, 20)}`, kept: ["a1"] },
    {
      name: "a line that was being overwritten",
      left: `${" ".repeat(20)}${line("a", "a1").slice(20)}\n${line("a", "a2")}\n`,
      kept: ["a2"],
    },
    { name: "a line that was overwritten", left: `${" ".repeat(line("a", "a1").length + 1)}${line("a", "a2")}\n`, kept: ["a2"] },
    { name: "a whole line without its end", left: line("a", "a1"), kept: ["a1"] },
  ])("after a kill: $name", async ({ left, kept }) => {
    const path = newFile();
    writeFileSync(path, left);
    writeFileSync(`${path}.lock`, deadLock);
    const file = openRecordingFile(path);
    expect(texts(path)).toEqual(kept);
    file.put("new", line("new", "n1"));
    await file.close();
    expect(readFileSync(path, "utf8")).not.toMatch(/^ /m);
    expect(texts(path)).toEqual([...kept, "n1"]);
  });

  test("leaves a line alone that somebody has put where an earlier state stood", async () => {
    const path = newFile();
    const file = openRecordingFile(path);
    file.put("a", line("a", "1"));
    writeFileSync(path, `${"#".repeat(40)}\n`);
    appendFileSync(path, "#".repeat(200));
    const theirs = readFileSync(path, "utf8").slice(0, 41);
    file.put("a", line("a", "2"));
    await file.close();
    expect(readFileSync(path, "utf8").slice(0, 41)).toBe(theirs);
  });
});
