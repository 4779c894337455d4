import { writeFileSync } from "node:fs";
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

  test("gives every attempt its own line", async () => {
    const twice = { ...head, run: { ...run, attempts: 2, data: { ...run.data, selected: 1 } } };
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
