import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { descriptorsOf, onLinux } from "../../test/support/descriptors.ts";
import { answered, ended, failed, fileText, gather, lateScore, runLine, session } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { RunFileLine, SampleLine } from "../core/run-line.ts";
import { readRun } from "./read-run.ts";

function fileOf(...lines: readonly (RunFileLine | string)[]): string {
  const file = join(temporaryFolder(), "run.jsonl");
  writeFileSync(file, fileText(...lines));
  return file;
}

async function samplesOf(file: string): Promise<SampleLine[]> {
  return gather((await readRun(file)).samples());
}

const scoresOf = (lines: readonly SampleLine[]) =>
  lines.map(({ seq, scores }) => [seq, ...(scores ?? []).map(({ name, value }) => `${name} ${value}`)]);

describe("readRun", () => {
  test("gives a run's ends and its samples in order of completion", async () => {
    const file = fileOf(runLine(), answered(1), failed(0), answered(2), ended());
    const run = await readRun(file);
    expect(run).toMatchObject({ file, run: runLine(), sessions: [], end: ended() });
    expect(await samplesOf(file)).toEqual([answered(1), failed(0), answered(2)]);
  });

  test("can be walked again and again, also at once", async () => {
    const run = await readRun(fileOf(runLine(), answered(1), answered(0), lateScore(1), ended()));
    const [one, two] = await Promise.all([gather(run.samples()), gather(run.samples())]);
    expect(one).toEqual(two);
    expect(await gather(run.samples())).toEqual(one);
  });

  test("folds late scores into their samples, wherever they stand", async () => {
    const file = fileOf(runLine(), answered(1), answered(0), lateScore(0), answered(2), lateScore(1, 0), ended());
    expect(scoresOf(await samplesOf(file))).toEqual([
      [1, "accuracy 1", "judge 0"],
      [0, "accuracy 0", "judge 1"],
      [2, "accuracy 0"],
    ]);
  });

  test("a sample that has late scores alone gets them", async () => {
    const file = fileOf(runLine(), answered(0, { scores: undefined }), lateScore(0));
    expect(scoresOf(await samplesOf(file))).toEqual([[0, "judge 1"]]);
  });

  test("takes each (sample, attempt) and its late scores once, as they stood first", async () => {
    const again = answered(0, { scores: [{ name: "accuracy", value: 1 }] });
    const file = fileOf(runLine({ attempts: 2 }), answered(0), again, answered(10), lateScore(0, 1), lateScore(0, 0));
    expect(scoresOf(await samplesOf(file))).toEqual([
      [0, "accuracy 0", "judge 1"],
      [10, "accuracy 0"],
    ]);
  });

  test.each([
    { name: "the last end wins", lines: [ended({ status: "stopped" }), session(), ended()], status: "complete", sessions: 1 },
    { name: "a resume makes it unfinished", lines: [ended({ status: "stopped" }), session()], status: undefined, sessions: 1 },
    { name: "a reply after the end makes it unfinished", lines: [ended(), answered(2)], status: undefined, sessions: 0 },
    { name: "a late score after the end makes it unfinished", lines: [ended(), lateScore(0)], status: undefined, sessions: 0 },
    { name: "no end is unfinished", lines: [answered(0)], status: undefined, sessions: 0 },
    {
      name: "a type of a later version changes nothing",
      lines: [ended(), '{"type":"weather"}\n'],
      status: "complete",
      sessions: 0,
    },
  ])("$name", async ({ lines, status, sessions }) => {
    const run = await readRun(fileOf(runLine(), ...lines));
    expect(run.end?.status).toBe(status);
    expect(run.sessions).toHaveLength(sessions);
  });

  test("passes over types of a later version, empty lines and a line cut short", async () => {
    const file = fileOf(runLine(), '{"type":"weather","sun":true}\n', "\n", answered(0), '{"type":"sample","id":"s1","att');
    expect(await samplesOf(file)).toEqual([answered(0)]);
    expect((await readRun(file)).end).toBeUndefined();
  });

  test("a last line that lost only its newline counts", async () => {
    expect((await readRun(fileOf(runLine(), answered(0), fileText(ended()).trimEnd()))).end).toEqual(ended());
    expect(await samplesOf(fileOf(runLine(), fileText(answered(0)).trimEnd()))).toEqual([answered(0)]);
  });

  test("reads keys in any order", async () => {
    const { type, ...line } = answered(4);
    expect(await samplesOf(fileOf(runLine(), `${JSON.stringify({ ...line, type })}\n`))).toEqual([answered(4)]);
  });

  test.each([
    { name: "an empty file", lines: [], code: "run.corrupt", line: undefined },
    { name: "a first line cut short", lines: [fileText(runLine()).slice(0, 50)], code: "run.corrupt", line: undefined },
    { name: "another kind of file", lines: ['{"messages":[]}\n'], code: "run.corrupt", line: 1 },
    { name: "a later format", lines: ['{"type":"run","format":9}\n'], code: "run.format-newer", line: 1 },
    { name: "nonsense in the middle", lines: [runLine(), "x\n", answered(0)], code: "run.corrupt", line: 2 },
    { name: "two runs in one file", lines: [runLine(), answered(0), runLine()], code: "run.corrupt", line: 3 },
  ])("refuses $name", async ({ lines, code, line }) => {
    const file = fileOf(...lines);
    await expect(readRun(file)).rejects.toMatchObject({
      code,
      more: { where: { file, ...(line !== undefined && { line }) }, hint: expect.any(String) },
    });
  });

  test("finds a damaged sample line when it comes to it", async () => {
    const file = fileOf(runLine(), answered(0), '{"type":"sample","id":7}\n', answered(1));
    const run = await readRun(file);
    await expect(gather(run.samples())).rejects.toMatchObject({
      code: "run.corrupt",
      more: { where: { file, line: 3 } },
    });
  });

  test("a file that is not there is not found", async () => {
    const file = join(temporaryFolder(), "none.jsonl");
    await expect(readRun(file)).rejects.toMatchObject({ code: "run.not-found", message: `there is no run file ${file}` });
    await expect(readRun(temporaryFolder())).rejects.toMatchObject({ code: "run.not-found" });
  });

  test("notices that another run was put in its place between two walks", async () => {
    const file = fileOf(runLine(), answered(0), lateScore(0));
    const run = await readRun(file);
    for (const other of [[answered(1), lateScore(0)], [lateScore(1)]]) {
      writeFileSync(file, fileText(runLine(), answered(0), ...other));
      await expect(gather(run.samples())).rejects.toMatchObject({ code: "run.corrupt" });
    }
    rmSync(file);
    await expect(gather(run.samples())).rejects.toMatchObject({ code: "run.not-found" });
  });

  onLinux("lets go of the file when nobody wants the rest", async () => {
    const file = fileOf(runLine(), answered(0), lateScore(0), answered(1));
    for await (const _ of (await readRun(file)).samples()) break;
    expect(descriptorsOf(file)).toEqual([]);
  });
});
