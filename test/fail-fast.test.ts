import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EndLine, SampleLine } from "../src/core/run-line.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { twoModels, twoReplies } from "./support/two-models.ts";

/** The old model is right everywhere; the new one in the first `right`. */
const rows = (right: number) =>
  Array.from({ length: 200 }, (_, at) =>
    twoReplies(`q${at}`, "yes", at < right ? "yes" : "no", "yes", { metadata: { document: Math.floor(at / 10) } }),
  );

async function withBaseline(folder: string, right: number, spec = ""): Promise<void> {
  twoModels(folder, rows(right), spec);
  const { code } = await finegauge(["run", "models/old.mjs", "sums", "--no-report", "--quiet"], { cwd: folder });
  expect(code).toBe(0);
}

const candidate = ["run", "models/new.mjs", "sums", "--no-report", "--baseline", "old.mjs"];
const margin = "  gate: { margin: { accuracy: 0.02 } }\n";

function newest(folder: string): { end: EndLine; samples: SampleLine[] } {
  const file = globSync("reports/sums.dev.v1/new.mjs/*.jsonl", { cwd: folder }).sort().at(-1) ?? "";
  const lines = readFileSync(join(folder, file), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { end: lines.at(-1), samples: lines.filter(({ type }) => type === "sample") };
}

test("a run that can only fail is stopped early, exits 1, and is not gone on with", async () => {
  using scratch = scratchFolder();
  await withBaseline(scratch.path, 20, margin);
  const { code, stdout } = await finegauge([...candidate, "--fail-fast"], { cwd: scratch.path });
  expect(code).toBe(1);
  expect(stdout).toMatch(/stopped early at \d+ of 200: worse than old\.mjs by more than 2\.0 points;.* at most 1\.0 % of runs/);
  const { end, samples } = newest(scratch.path);
  expect(end).toMatchObject({ status: "stopped", reason: "run.early-fail" });
  expect(samples.length).toBeLessThan(50);

  const id = /finegauge report (\w+)/.exec(stdout)?.[1] ?? "";
  const resumed = await finegauge([...candidate, "--resume", id], { cwd: scratch.path });
  expect(resumed.code).toBe(2);
  expect(resumed.stderr).toMatch(/error run\.resume-mismatch: .* failed early, which is final/);
  const again = await finegauge(candidate, { cwd: scratch.path });
  expect(again.code).toBe(0);
  expect(newest(scratch.path).samples).toHaveLength(200);
}, 60_000);

test("a run that is as good is asked to its end, and says what changed", async () => {
  using scratch = scratchFolder();
  await withBaseline(scratch.path, 200, margin);
  const { code, stdout } = await finegauge([...candidate, "--fail-fast", "0.05"], { cwd: scratch.path });
  expect(code).toBe(0);
  expect(stdout).toContain(
    "new.mjs is not worse than old.mjs on sums.dev.v1 by more than the margin of 2.0 points: 200 of 200 right",
  );
  expect(newest(scratch.path).end).toMatchObject({ status: "complete" });
}, 60_000);

test("groups are asked whole, one after the other, in random order", async () => {
  using scratch = scratchFolder();
  await withBaseline(scratch.path, 200, `${margin}  group_by: metadata.document\n`);
  const { code } = await finegauge([...candidate, "--fail-fast"], { cwd: scratch.path });
  expect(code).toBe(0);
  const documents = newest(scratch.path)
    .samples.sort((a, b) => a.seq - b.seq)
    .map(({ metadata }) => metadata?.document as number);
  const blocks = documents.filter((document, at) => document !== documents[at - 1]);
  expect(blocks).toHaveLength(20);
  expect(blocks).not.toEqual([...blocks].sort((a, b) => a - b));
}, 60_000);

test.each([
  { what: "no margin", spec: "", args: ["--fail-fast"], error: /sums\.dev\.v1 declares no margin of accuracy/ },
  { what: "an order that is not random", spec: margin, args: ["--fail-fast", "--order", "file"], error: /needs a random order/ },
  {
    what: "a margin without --fail-fast",
    spec: margin,
    args: ["--margin", "0.1"],
    error: /--margin means nothing without --fail-fast/,
  },
  { what: "no chance of error", spec: margin, args: ["--fail-fast", "1"], error: /1 is no chance of error/ },
])(
  "is refused before anything is asked: $what",
  async ({ spec, args, error }) => {
    using scratch = scratchFolder();
    await withBaseline(scratch.path, 200, spec);
    const { code, stdout, stderr } = await finegauge([...candidate, ...args], { cwd: scratch.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(error);
    expect(globSync("reports/sums.dev.v1/new.mjs/*", { cwd: scratch.path })).toEqual([]);
  },
  60_000,
);

test("a baseline that nobody has is told with what is near", async () => {
  using scratch = scratchFolder();
  await withBaseline(scratch.path, 200, margin);
  const { code, stderr } = await finegauge([...candidate.slice(0, -1), "odl.mjs", "--fail-fast"], { cwd: scratch.path });
  expect(code).toBe(2);
  expect(stderr).toMatch(/nothing is called "odl\.mjs"[\s\S]*"old\.mjs"/);
}, 60_000);
