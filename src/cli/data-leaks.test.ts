import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { dataLeaks } from "./data-leaks.ts";

const row = `${JSON.stringify({ input: "Why does the payroll page say that my password has expired?", ideal: "it" })}\n`;

function workplace() {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  writeFileSync(at("train.jsonl"), row);
  writeFileSync(at("mine.jsonl"), row);
  symlinkSync(at("train.jsonl"), at("link.jsonl"));
  return at;
}

describe("a leak file", () => {
  test.each([{ write: "train.jsonl" }, { write: "mine.jsonl" }, { write: "link.jsonl" }])(
    "never takes the place of what was looked through: $write",
    async ({ write }) => {
      const at = workplace();
      const options = { write: at(write), force: true, show: 3 };
      await expect(dataLeaks(at("train.jsonl"), at("mine.jsonl"), options)).rejects.toMatchObject({
        code: "cli.usage",
        message: expect.stringContaining("would replace"),
      });
      expect([readFileSync(at("train.jsonl"), "utf8"), readFileSync(at("mine.jsonl"), "utf8")]).toEqual([row, row]);
    },
  );

  test("is not made of a pipe, which can be read only once", async () => {
    const at = workplace();
    execFileSync("mkfifo", [at("pipe.jsonl")]);
    for (const sides of [
      [at("pipe.jsonl"), at("mine.jsonl")],
      [at("train.jsonl"), at("pipe.jsonl")],
    ] as const) {
      await expect(dataLeaks(...sides, { write: at("leaks.jsonl"), show: 3 })).rejects.toMatchObject({
        code: "cli.usage",
        message: expect.stringContaining("is a pipe"),
      });
    }
  });
});
