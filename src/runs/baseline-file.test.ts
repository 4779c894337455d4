import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { answered, ended, gather, runLine } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { baselineName, isBaselineFile, openBaseline } from "./baseline-file.ts";
import { writeBaseline } from "./write-baseline.ts";

const run = runLine({ selected: 2 });
const counts = { ...ended().counts, selected: 2, done: 2 };
const head = { type: "baseline", format: 1, run, end: ended({ counts }), latency: null, cached: 0 };
const sample = (seq: number, more: object = {}) => ({
  id: `s${seq}`,
  hashes: [`i${seq}`, "1"],
  seq,
  scores: [["accuracy", 1, true]],
  ...more,
});

function fileOf(...lines: readonly (object | string)[]): string {
  const file = join(temporaryFolder(), "main.jsonl");
  writeFileSync(file, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  return file;
}

describe("openBaseline", () => {
  test("reads samples as a run's, and only those that are asked for", async () => {
    const flagged = sample(1, {
      scores: [
        ["f1", 0.5, null, "disk"],
        ["accuracy", null, "score.failed"],
      ],
      flags: ["cut_off"],
    });
    const { name, samples } = openBaseline(fileOf(head, sample(0), flagged));
    expect(name).toBe("main");
    expect(await gather(samples({ has: (seq) => seq === 1 }))).toEqual([
      {
        type: "sample",
        id: "s1",
        attempt: 0,
        seq: 1,
        index: 1,
        hashes: { item: "i1", ideal: "1", prompt: "i1" },
        scores: [
          { name: "f1", value: 0.5, label: "disk" },
          { name: "accuracy", value: null, unscored: { code: "score.failed", message: "" } },
        ],
        flags: ["cut_off"],
      },
    ]);
  });

  test("says of a sample whether it is in the training data, in a file that says it; older ones say nothing", async () => {
    const { samples } = openBaseline(fileOf(head, sample(0, { leak: "exact" }), sample(1)));
    expect((await gather(samples())).map(({ leak }) => leak)).toEqual(["exact", undefined]);
  });

  test("gives every attempt its own line", async () => {
    const twice = {
      ...head,
      end: ended({ counts: { ...counts, errors: 1 } }),
      run: { ...run, attempts: 2, data: { ...run.data, selected: 1 } },
    };
    const { samples } = openBaseline(fileOf(twice, sample(0, { further: [{ seq: 1, error: "provider.server" }] })));
    expect(
      (await gather(samples())).map(({ attempt, seq, error, scores }) => [attempt, seq, error?.code, scores?.length]),
    ).toEqual([
      [0, 0, undefined, 1],
      [1, 1, "provider.server", undefined],
    ]);
  });

  test("skips lines of a type that it does not know, and keys too", async () => {
    const { samples } = openBaseline(fileOf(head, { type: "weather" }, sample(0, { mood: "fine" }), "", sample(1)));
    expect((await gather(samples())).map(({ id }) => id)).toEqual(["s0", "s1"]);
  });

  test.each([
    { name: "no baseline", lines: [run], code: "run.corrupt", line: 1 },
    { name: "nothing", lines: [], code: "run.corrupt", line: 1 },
    { name: "a later format", lines: [{ ...head, format: 2 }], code: "run.format-newer", line: 1 },
    { name: "a head without a run", lines: [{ type: "baseline", format: 1 }], code: "run.corrupt", line: 1 },
  ])("refuses $name at once", ({ lines, code, line }) => {
    const file = fileOf(...lines);
    expect(() => openBaseline(file)).toThrow(
      expect.objectContaining({ code, more: expect.objectContaining({ where: { file, line } }) }),
    );
  });

  test.each([
    { name: "a line that is not JSON", lines: [sample(0), '{"id":"s1",'], line: 3 },
    { name: "a conflict of two versions", lines: ["<<<<<<< ours", sample(0), sample(1)], line: 2 },
    { name: "a sample without hashes", lines: [{ id: "s0", seq: 0 }, sample(1)], line: 2 },
    { name: "a score that is none", lines: [sample(0, { scores: [["accuracy", "high", true]] }), sample(1)], line: 2 },
    { name: "one position twice", lines: [sample(0), sample(0)], line: 3 },
    { name: "a position that the run does not have", lines: [sample(0), sample(2)], line: 3 },
    { name: "fewer samples than it says", lines: [sample(0)], line: undefined },
  ])("tells where $name stands", async ({ lines, line }) => {
    const file = fileOf(head, ...lines);
    await expect(gather(openBaseline(file).samples())).rejects.toThrow(
      expect.objectContaining({ code: "run.corrupt", more: expect.objectContaining({ where: { file, line } }) }),
    );
  });

  const accuracy = (value: number, n: number) => ({
    name: "accuracy",
    value,
    se: null,
    interval: null,
    groups: null,
    n,
    errors: 0,
    unscored: 0,
    better: "higher" as const,
    unit: "1" as const,
  });
  test.each([
    {
      name: "every verdict turned round",
      end: { metrics: [accuracy(0, 2)] },
      says: "accuracy is 1 of 2 by its lines, and 0 of 2",
    },
    { name: "a verdict that counted", end: { metrics: [accuracy(1, 3)] }, says: "accuracy is 1 of 2 by its lines, and 1 of 3" },
    { name: "an error", end: { counts: { ...counts, errors: 1 } }, says: "its lines have 0 errors, and its first line says 1" },
  ])("says what its lines and its first line do not agree on: $name", async ({ end, says }) => {
    const file = fileOf({ ...head, end: { ...head.end, ...end } }, sample(0), sample(1));
    await expect(gather(openBaseline(file).samples())).rejects.toThrow(`${file} is damaged: ${says}`);
    const right = fileOf({ ...head, end: { ...head.end, metrics: [accuracy(1, 2)] } }, sample(0), sample(1));
    expect(await gather(openBaseline(right).samples())).toHaveLength(2);
  });

  async function written(): Promise<{ file: string; lines: string[] }> {
    const file = join(temporaryFolder(), "main.jsonl");
    const lines = [
      answered(0, { scores: [{ name: "accuracy", value: 1 }] }),
      answered(1, { scores: [{ name: "accuracy", value: 0 }] }),
    ];
    const samples = async function* () {
      yield* lines;
    };
    await writeBaseline(file, { run, end: ended({ counts }), latency: null, cached: 0, samples }, { replies: false });
    return { file, lines: readFileSync(file, "utf8").trimEnd().split("\n") };
  }

  test.each<{ name: string; change: (lines: string[]) => string[] }>([
    {
      name: "two verdicts changed places",
      change: (lines) =>
        lines.map((line, at) => (at === 0 ? line : line.replace(/"accuracy",(\d)/, (_, v) => `"accuracy",${1 - v}`))),
    },
    {
      name: "a number of the first line",
      change: (lines) => lines.map((line) => line.replace('"wall_ms":60000', '"wall_ms":6')),
    },
    { name: "an id", change: (lines) => lines.map((line) => line.replace('"id":"s0"', '"id":"s9"')) },
    { name: "two lines changed places", change: ([head = "", a = "", b = "", sum = ""]) => [head, b, a, sum] },
    { name: "a line behind the last one", change: (lines) => [...lines, '{"type":"weather"}'] },
  ])("is damaged by an edit: $name", async ({ change }) => {
    const { file, lines } = await written();
    expect(await gather(openBaseline(file).samples())).toHaveLength(2);
    writeFileSync(file, `${change(lines).join("\n")}\n`);
    expect(change(lines)).not.toEqual(lines);
    await expect(gather(openBaseline(file).samples())).rejects.toThrow(expect.objectContaining({ code: "run.corrupt" }));
  });

  test("is not damaged by other line ends, nor by lacking the last line, as an earlier version wrote it", async () => {
    const { file, lines } = await written();
    for (const text of [`${lines.join("\r\n")}\r\n`, `${lines.slice(0, -1).join("\n")}\n`]) {
      writeFileSync(file, text);
      expect(await gather(openBaseline(file).samples())).toHaveLength(2);
    }
  });

  test("says that there is none", () => {
    expect(() => openBaseline("nowhere/main.jsonl")).toThrow(expect.objectContaining({ code: "run.not-found" }));
  });
});

test("a file is a baseline by how it begins, and is called by its own name", () => {
  expect(isBaselineFile(fileOf(head))).toBe(true);
  expect(isBaselineFile(fileOf(run))).toBe(false);
  expect(baselineName("baselines/x.v1/release-2.0.jsonl")).toBe("release-2.0");
});

test("labels of another harness's log are not kept: they may be pieces of a reply", async () => {
  const file = join(temporaryFolder(), "main.jsonl");
  const line = answered(0, { scores: [{ name: "accuracy", value: 1, passed: true, label: "as it said" }] });
  const content = {
    run: { ...runLine({ selected: 1 }), derived_from: { run: "x", by: "import" as const } },
    end: ended({ counts: { ...counts, done: 1 } }),
    latency: null,
    cached: 0,
    async *samples() {
      yield line;
    },
  };
  await writeBaseline(file, content, { replies: false });
  const [read] = await gather(openBaseline(file).samples());
  expect(read?.scores).toEqual([{ name: "accuracy", value: 1, passed: true }]);
});
