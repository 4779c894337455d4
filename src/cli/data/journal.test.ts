import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import type { FinegaugeError } from "../../core/errors.ts";
import { type JournalSetup, openJournal, readJournal } from "./journal.ts";

const line = z.object({ n: z.number() });

function setup(file: string, more: Partial<JournalSetup<{ n: number }>> = {}) {
  const seen: number[] = [];
  return { seen, file, head: { type: "sums", hash: "h" }, line, saw: ({ n }: { n: number }) => seen.push(n), ...more };
}

const asItIs = (text: string) => text;

describe("a journal", () => {
  test("is gone on with where it was left, without a line that was cut short", async () => {
    const file = join(temporaryFolder(), "j.jsonl");
    const first = openJournal(setup(file), asItIs);
    first.put({ n: 1 });
    first.put({ n: 2 });
    await first.close();
    appendFileSync(file, '{"n":');
    const second = setup(file);
    const journal = openJournal(second, asItIs);
    journal.put({ n: 3 });
    await journal.close();
    expect(second.seen).toEqual([1, 2]);
    expect(readFileSync(file, "utf8")).toBe('{"type":"sums","format":1,"hash":"h"}\n{"n":1}\n{"n":2}\n{"n":3}\n');
  });

  test("begins anew where not even its first line was written", async () => {
    const file = join(temporaryFolder(), "torn.jsonl");
    writeFileSync(file, '{"type":"su');
    const journal = openJournal(setup(file), asItIs);
    await journal.close();
    expect(readFileSync(file, "utf8")).toBe('{"type":"sums","format":1,"hash":"h"}\n');
  });

  test("keeps out what is redacted, and whoever comes second", async () => {
    const file = join(temporaryFolder(), "redacted.jsonl");
    const journal = openJournal(setup(file), (text) => text.replace("7", "0"));
    journal.put({ n: 7 });
    expect(() => openJournal(setup(file), asItIs)).toThrow(expect.objectContaining({ code: "run.locked" }));
    await journal.close();
    expect(readFileSync(file, "utf8")).toContain('{"n":0}');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test.each([
    ["another hash", '{"type":"sums","format":1,"hash":"other"}\n', "run.resume-mismatch"],
    ["another kind of file", '{"type":"run","format":1,"hash":"h"}\n', "run.corrupt"],
    ["a newer version", '{"type":"sums","format":2,"hash":"h"}\n', "run.format-newer"],
    ["a line that is no JSON", '{"type":"sums","format":1,"hash":"h"}\nx\n', "run.corrupt"],
    ["a line of another shape", '{"type":"sums","format":1,"hash":"h"}\n{"n":"1"}\n', "run.corrupt"],
  ])("refuses %s, and changes nothing", (_, text, code) => {
    const file = join(temporaryFolder(), `${code}.jsonl`);
    writeFileSync(file, text);
    for (const open of [readJournal, (one: JournalSetup<{ n: number }>) => openJournal(one, asItIs)]) {
      let thrown: FinegaugeError | undefined;
      try {
        open(setup(file));
      } catch (error) {
        thrown = error as FinegaugeError;
      }
      expect(thrown?.code).toBe(code);
    }
    expect(readFileSync(file, "utf8")).toBe(text);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});
