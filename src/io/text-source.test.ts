import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openText } from "./text-source.ts";

async function opened(content: string | Buffer, name = "data.jsonl") {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  const source = await openText(file);
  onTestFinished(() => source.close());
  return { file, source };
}

const texts = (lines: Iterable<{ text: string }>) => [...lines].map(({ text }) => text);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

describe("a text source", () => {
  test.each([
    { name: "data.jsonl", pack: (text: string) => Buffer.from(text) },
    { name: "data.jsonl.gz", pack: (text: string) => gzipSync(text) },
    { name: "data.jsonl.zst", pack: (text: string) => zstdCompressSync(text) },
  ])("gives the lines of $name, whatever of its head was looked at before", async ({ name, pack }) => {
    const long = "é".repeat(200_000);
    const { source } = await opened(pack(`\ufeffa\r\n${long}\n\nlast`), name);
    expect(source.head(3)).toBe("");
    expect(source.head(5)).toBe("a\r");
    expect(source.head(2 ** 20)).toBe(`a\r\n${long}\n\nlast`);
    expect(texts(source.lines())).toEqual(["a", long, "", "last"]);
  });

  test("is a whole text too, in the encodings that a byte-order mark names", async () => {
    for (const content of [Buffer.from("\ufeffa,b\né"), utf16("a,b\né"), utf16("a,b\né").swap16()]) {
      const { source } = await opened(content);
      expect(source.head(100)).toBe("a,b\né");
      expect(source.text()).toBe("a,b\né");
    }
  });

  test.each([
    { what: "a line of other bytes", content: Buffer.from([0x61, 0x0a, 0xe9, 0x0a]), code: "data.invalid", line: 2 },
    { what: "a line of 65 MiB", content: `{}\n${"x".repeat(65 * 2 ** 20)}\n{}\n`, code: "data.invalid", line: 2 },
  ])("refuses $what, with its place", async ({ content, code, line }) => {
    const { source, file } = await opened(content);
    expect(() => [...source.lines()]).toThrow(
      expect.objectContaining({ code, more: expect.objectContaining({ where: { file, line } }) }),
    );
  });

  test("refuses a text of other bytes, with the line", async () => {
    const { source, file } = await opened(Buffer.from([0x61, 0x0a, 0x0a, 0xe9, 0x0a]));
    expect(() => source.text()).toThrow(expect.objectContaining({ more: expect.objectContaining({ where: { file, line: 3 } }) }));
  });

  test("refuses what is no file", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "broken.gz"), "not compressed");
    await expect(openText(join(folder, "sub"))).rejects.toMatchObject({
      code: "data.invalid",
      message: expect.stringContaining("is a folder"),
    });
    await expect(openText(join(folder, "none"))).rejects.toMatchObject({ code: "data.missing" });
    await expect(openText(join(folder, "broken.gz"))).rejects.toMatchObject({ code: "data.invalid" });
  });

  test("waits for standard input that comes in pieces", async () => {
    const program = `const { openText } = await import(${JSON.stringify(new URL("./text-source.ts", import.meta.url).href)});
      const source = await openText("-");
      console.log(JSON.stringify([source.name, source.head(3), [...source.lines()].map(({ text }) => text)]));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (piece) => {
      said += piece;
    });
    for (const piece of ["on", "e\ntw", "o\n"]) {
      child.stdin.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.stdin.end();
    await new Promise((resolve) => child.on("close", resolve));
    expect(JSON.parse(said)).toEqual(["standard input", "one", ["one", "two"]]);
  });
});
