import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { answered, ended, fileText, lateScore, runLine, session } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { RunFileLine, RunLine } from "../core/run-line.ts";
import { lockFile } from "../io/file-lock.ts";
import { findRun, listRuns } from "./list-runs.ts";
import { runPath } from "./run-path.ts";

const idOf = (nth: number) => `01JD4ZK5T0${String(nth).padStart(16, "0")}`;

/** Writes a run where it belongs. */
function addRun(
  out: string,
  nth: number,
  more: Partial<RunLine> = {},
  lines: readonly (RunFileLine | string)[] = [ended()],
): string {
  const run = runLine({ id: idOf(nth), ...more });
  const file = runPath(out, run);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fileText(run, answered(0), ...lines));
  return file;
}

describe("listRuns", () => {
  test("gives every run under a folder, newest first, with its end", () => {
    const out = temporaryFolder();
    const files = [addRun(out, 1), addRun(out, 3, { eval: "other.v1" }, []), addRun(out, 2, { completion_fn: "b" })];
    const listed = listRuns(out);
    expect(listed.map(({ file }) => file)).toEqual([files[1], files[2], files[0]]);
    expect(listed.map(({ end }) => end?.status)).toEqual([undefined, "complete", "complete"]);
    expect(listed[0]?.run.eval).toBe("other.v1");
  });

  test("says which is being written", () => {
    const out = temporaryFolder();
    const unlock = lockFile(addRun(out, 1, {}, []));
    addRun(out, 2);
    expect(listRuns(out).map(({ locked }) => locked)).toEqual([false, true]);
    unlock();
  });

  const cutEnd = fileText(ended()).slice(0, 60);
  const longSample = answered(1, { completion: { text: "x".repeat(300_000), finish: "stop", ms: 1 } });
  test.each([
    { name: "a session after the end", lines: [ended(), session()], status: undefined },
    { name: "an end after a session", lines: [ended({ status: "stopped" }), session(), ended()], status: "complete" },
    { name: "a late score at the end", lines: [lateScore(0)], status: undefined },
    { name: "an end cut short", lines: [cutEnd], status: undefined },
    { name: "an end cut short after another", lines: [ended({ status: "stopped" }), session(), cutEnd], status: undefined },
    { name: "an end without its newline", lines: [fileText(ended()).trimEnd()], status: "complete" },
    { name: "empty lines after the end", lines: [ended(), "\n\n"], status: "complete" },
    { name: "a line of a later version after the end", lines: [ended(), '{"type":"weather"}\n'], status: "complete" },
    { name: "nonsense after the end", lines: [ended(), "nonsense\n"], status: undefined },
    { name: "a last line longer than what is looked at", lines: [ended(), longSample], status: undefined },
    { name: "an end behind a long line", lines: [longSample, ended()], status: "complete" },
  ])("with $name the status is $status", ({ lines, status }) => {
    const out = temporaryFolder();
    addRun(out, 1, {}, lines);
    expect(listRuns(out).map(({ end }) => end?.status)).toEqual([status]);
  });

  test("reads a first line of any length", () => {
    const out = temporaryFolder();
    addRun(out, 1, { spec: { prompt: "é".repeat(200_000) } });
    expect(listRuns(out)).toHaveLength(1);
  });

  test("tells of files that it cannot read, and lists the others", () => {
    const out = temporaryFolder();
    const sound = addRun(out, 1);
    const folder = dirname(sound);
    writeFileSync(join(folder, "empty.jsonl"), "");
    writeFileSync(join(folder, "data.jsonl"), '{"input":"x"}\n');
    writeFileSync(join(folder, "cut.jsonl"), fileText(runLine()).slice(0, 100));
    writeFileSync(join(folder, "later.jsonl"), '{"type":"run","format":9}\n');
    writeFileSync(join(folder, "report.html"), "no run, and nobody says it is");
    symlinkSync(join(folder, "nowhere"), join(folder, "link.jsonl"));
    const broken = new Map<string, string>();
    expect(listRuns(out, (file, message) => broken.set(file.slice(folder.length + 1), message)).map(({ file }) => file)).toEqual([
      sound,
    ]);
    expect([...broken.keys()].sort()).toEqual(["cut.jsonl", "data.jsonl", "empty.jsonl", "later.jsonl"]);
    expect(broken.get("later.jsonl")).toContain("format 9");
  });

  test("a folder that is not there has no runs; a file in its place is told", () => {
    const out = temporaryFolder();
    const broken: string[] = [];
    expect(listRuns(join(out, "none"), (file) => broken.push(file))).toEqual([]);
    expect(broken).toEqual([]);
    writeFileSync(join(out, "file"), "");
    expect(listRuns(join(out, "file"), (file) => broken.push(file))).toEqual([]);
    expect(broken).toEqual([join(out, "file")]);
  });
});

describe("findRun", () => {
  function filled() {
    const out = temporaryFolder();
    return {
      out,
      one: addRun(out, 1, { completion_fn: "base" }),
      two: addRun(out, 2, { completion_fn: "base" }),
      tuned: addRun(out, 3, { completion_fn: "ft:gpt@acme" }),
      dev: addRun(out, 4, { eval: "tickets.dev.v1", completion_fn: "base" }),
      hard: addRun(out, 5, { eval: "tickets-hard.v1", completion_fn: "base" }),
    };
  }

  test.each([
    { reference: "tickets.heldout.v1@base", is: "two" },
    { reference: "tickets.heldout.v1@base~0", is: "two" },
    { reference: "tickets.heldout.v1@base~1", is: "one" },
    { reference: "tickets.heldout@base", is: "two" },
    { reference: "tickets@base", is: "dev" },
    { reference: "tickets@base~2", is: "one" },
    { reference: "tickets-hard@base", is: "hard" },
    { reference: "tickets@ft:gpt@acme", is: "tuned" },
    { reference: idOf(3), is: "tuned" },
    { reference: idOf(3).toLowerCase(), is: "tuned" },
  ] as const)("finds $is by $reference", async ({ reference, is }) => {
    const { out, ...files } = filled();
    expect((await findRun(reference, out)).file).toBe(files[is]);
  });

  test("finds a file wherever it lies, and says what is wrong with it", async () => {
    const { out, one } = filled();
    expect((await findRun(one, join(out, "elsewhere"))).file).toBe(one);
    const file = join(out, "data.jsonl");
    writeFileSync(file, '{"input":"x"}\n');
    await expect(findRun(file, out)).rejects.toThrow(expect.objectContaining({ code: "run.corrupt" }));
  });

  test("finds a run by the beginning of its id, when that is one run's", async () => {
    const out = temporaryFolder();
    const file = addRun(out, 1, { id: "01JD4ZK5T0AAAAAAAAAAAAAAAA" });
    addRun(out, 2, { id: "01JD4ZK5T0BBBBBBBBBBBBBBBB" });
    expect((await findRun("01jd4zk5t0a", out)).file).toBe(file);
    await expect(findRun("01jd4zk5t0", out)).rejects.toThrow(
      expect.objectContaining({
        code: "run.not-found",
        message: "2 runs have an id that begins with 01jd4zk5t0",
        more: { nearest: ["01JD4ZK5T0BBBBBBBBBBBBBBBB", "01JD4ZK5T0AAAAAAAAAAAAAAAA"], hint: "give more of the id" },
      }),
    );
    await expect(findRun("01jd4", out)).rejects.toThrow(expect.objectContaining({ code: "run.not-found" }));
  });

  test("names the files when two hold the same run", async () => {
    const out = temporaryFolder();
    const files = [addRun(out, 1), addRun(join(out, "copy"), 1)];
    await expect(findRun(idOf(1), out)).rejects.toThrow(
      expect.objectContaining({
        more: { nearest: expect.arrayContaining(files), hint: expect.stringContaining("name the file") },
      }),
    );
  });

  test.each([
    { reference: "tickts@base", nearest: "tickets@base" },
    { reference: "tickets.heldout.v1@bse", nearest: "tickets.heldout.v1@base" },
    { reference: "tickets.heldout.v1@base~2", nearest: "tickets.heldout.v1@base" },
  ])("of $reference it says what is near", async ({ reference, nearest }) => {
    const { out } = filled();
    await expect(findRun(reference, out)).rejects.toThrow(
      expect.objectContaining({
        code: "run.not-found",
        message: `there is no run ${reference} in ${out}, which has 5`,
        more: { nearest: expect.arrayContaining([nearest]), hint: "finegauge list runs" },
      }),
    );
  });

  test.each(["", "@", "~1", "../..", "x".repeat(5000), "a\0b", "nothing like it"])("finds nothing by %j", async (reference) => {
    const { out } = filled();
    await expect(findRun(reference, out)).rejects.toThrow(expect.objectContaining({ code: "run.not-found" }));
  });
});
