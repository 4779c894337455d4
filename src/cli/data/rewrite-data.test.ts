import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import type { Made } from "./rewrite-data.ts";
import { rewriteData } from "./rewrite-data.ts";

const chat = (text: string) =>
  `${JSON.stringify({
    messages: [
      { role: "user", content: text },
      { role: "assistant", content: "yes" },
    ],
  })}\n`;
const source = Array.from({ length: 2000 }, (_, at) => chat(`Question ${at}: ${"why ".repeat(20)}?`)).join("");
const asItIs = (conversation: Extract<Made, { conversation: unknown }>["conversation"]): Made[] => [{ conversation }];

function workplace() {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  writeFileSync(at("data.jsonl"), source);
  mkdirSync(at("real"));
  symlinkSync(at("real"), at("linked"));
  symlinkSync(at("data.jsonl"), at("link.jsonl"));
  return { at, names: () => readdirSync(folder).sort() };
}

describe("a file of data that is made of another", () => {
  test.each([
    { output: "data.jsonl", report: "data.jsonl", what: "the data" },
    { output: "new.jsonl", report: "real/../new.jsonl", what: "the data" },
    { output: "real/new.jsonl", report: "linked/new.jsonl", what: "the data" },
    { output: "new.jsonl", report: "link.jsonl", what: "the input" },
  ])("$output with the report in $report is refused, and nothing is touched", async ({ output, report, what }) => {
    const { at, names } = workplace();
    const before = names();
    const options = { output: at(output), report: at(report), force: true };
    await expect(rewriteData(at("data.jsonl"), "samples", options, asItIs)).rejects.toMatchObject({
      code: "cli.usage",
      message: expect.stringContaining(`same file as ${what}`),
    });
    expect(names()).toEqual(before);
    expect(readFileSync(at("data.jsonl"), "utf8")).toBe(source);
  });

  test("may replace its own source by force: it is whole before that is gone", async () => {
    const { at, names } = workplace();
    const options = { output: at("link.jsonl"), force: true, metadata: false };
    const { rows, written } = await rewriteData(at("data.jsonl"), undefined, options, asItIs);
    expect([rows, written]).toEqual([2000, 2000]);
    expect(readFileSync(at("data.jsonl"), "utf8")).toBe(source);
    expect(names()).toEqual(["data.jsonl", "link.jsonl", "linked", "real"]);
  });

  test("gets no name where the report cannot have its own", async () => {
    const { at, names } = workplace();
    let seen = 0;
    const options = { output: at("new.jsonl"), report: at("report.jsonl") };
    const made = rewriteData(at("data.jsonl"), undefined, options, (conversation) => {
      // Somebody else makes it meanwhile.
      if (seen++ === 1) writeFileSync(at("report.jsonl"), "theirs");
      return asItIs(conversation);
    });
    await expect(made).rejects.toMatchObject({ code: "cli.usage" });
    expect(names()).toEqual(["data.jsonl", "link.jsonl", "linked", "real", "report.jsonl"]);
    expect(readFileSync(at("report.jsonl"), "utf8")).toBe("theirs");
  });
});
