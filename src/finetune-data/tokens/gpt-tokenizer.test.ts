import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadGptTokenizer } from "./gpt-tokenizer.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "finegauge-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A package of that name whose encoding is this code. */
function install(code: string): void {
  const at = join(folder, "node_modules/gpt-tokenizer");
  mkdirSync(join(at, "encoding"), { recursive: true });
  writeFileSync(join(at, "package.json"), JSON.stringify({ name: "gpt-tokenizer", version: "9.8.7", type: "module" }));
  writeFileSync(join(at, "encoding/o200k_base.js"), code);
  writeFileSync(
    join(at, "package.json"),
    JSON.stringify({
      name: "gpt-tokenizer",
      version: "9.8.7",
      type: "module",
      exports: { "./*": "./*.js", "./package.json": "./package.json" },
    }),
  );
}

describe("gpt-tokenizer", () => {
  test("is not there where nobody has installed it", async () => {
    expect(await loadGptTokenizer("o200k_base", folder)).toBeUndefined();
  });

  test("counts where it is installed, with marks of its own in a text as text", async () => {
    install("export const countTokens = (text, { disallowedSpecial }) => text.length + disallowedSpecial.size * 1000;");
    const counter = await loadGptTokenizer("o200k_base", folder);
    expect(counter).toMatchObject({ encoding: "o200k_base", tokenizer: "gpt-tokenizer 9.8.7" });
    expect(counter?.count("<|endoftext|>")).toBe(13);
  });

  test("is asked for runs without an end in pieces, and for anything else as it is", async () => {
    const tooMuch = String.raw`/\p{Surrogate}|\S{2001}|\s{2001}/u`;
    install(`export const countTokens = (text) => { if (${tooMuch}.test(text)) throw new Error("too much"); return 1; };`);
    const counter = await loadGptTokenizer("o200k_base", folder);
    expect(counter?.count(`before ${"a".repeat(4001)} behind`)).toBe(3);
    expect(counter?.count(" ".repeat(4000))).toBe(2);
    expect(counter?.count("word ".repeat(900))).toBe(1);
    expect(counter?.count(`a${"🎉".repeat(1500)}`)).toBe(2);
  });

  test.each([
    { why: "it does not load", code: "throw new Error('broken');", says: "broken" },
    { why: "it has another shape", code: "export const other = 1;", says: "it does not count tokens" },
  ])("is refused with its version when $why", async ({ code, says }) => {
    install(code);
    await expect(loadGptTokenizer("o200k_base", folder)).rejects.toMatchObject({
      code: "install.peer-missing",
      message: `gpt-tokenizer 9.8.7 cannot be used: ${says}`,
    });
  });
});
