import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { inspectZip, type Packing } from "../../../test/support/write-zip.ts";
import { runLineSchema, type SampleLine, sampleLineSchema } from "../../core/run-line.ts";
import { sampleRowSchema, toSample } from "../../core/sample.ts";
import { findRun } from "../list-runs.ts";
import { openLog, openStoredRun } from "../open-stored-run.ts";
import { logFormats } from "./index.ts";
import type { LogFormat } from "./log-format.ts";

const logs = fileURLToPath(new URL("../../../test/fixtures/logs/", import.meta.url));
const time = "2026-11-20T10-15-00.120000";
const harness = join(logs, "lm-eval/gpt-4.1-mini");
const inspectLog = () => JSON.parse(readFileSync(join(logs, "inspect.json"), "utf8"));

function packed(packing: Packing): string {
  const file = join(temporaryFolder(), "log.eval");
  writeFileSync(file, inspectZip(inspectLog(), packing));
  return file;
}

/** As versions before JSONL wrote it. */
function asList(): string {
  const file = join(temporaryFolder(), `samples_capitals_${time}.jsonl`);
  const lines = readFileSync(join(harness, `samples_capitals_${time}.jsonl`), "utf8")
    .trim()
    .split("\n");
  writeFileSync(
    file,
    JSON.stringify(
      lines.map((line) => JSON.parse(line)),
      null,
      2,
    ),
  );
  copyFileSync(join(harness, `results_${time}.json`), join(file, `../results_${time}.json`));
  return file;
}

const kinds = [
  { kind: "openai-evals", what: "openai/evals", file: () => join(logs, "openai-evals.jsonl") },
  { kind: "inspect-json", what: "Inspect, JSON", file: () => join(logs, "inspect.json") },
  { kind: "inspect-eval", what: "Inspect, ZIP deflated", file: () => packed("deflate") },
  { kind: "inspect-eval", what: "Inspect, ZIP by zstd", file: () => packed("zstd") },
  { kind: "inspect-eval", what: "Inspect, ZIP stored", file: () => packed("stored") },
  { kind: "lm-eval", what: "lm-evaluation-harness, samples", file: () => join(harness, `samples_capitals_${time}.jsonl`) },
  { kind: "lm-eval", what: "lm-evaluation-harness, results", file: () => join(harness, `results_${time}.json`) },
  { kind: "lm-eval", what: "lm-evaluation-harness, samples as a list", file: asList },
] as const;

/** The samples as a run of ours has them. */
const own = readFileSync(join(logs, "capitals.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line, at) => toSample(sampleRowSchema.parse(JSON.parse(line)), at, "capitals.dev"));
const replies = ["Oslo", "Lima.", "Sydney", "nairobi", "Ottawa", "Santiago de Chile"];

async function linesOf(file: string): Promise<SampleLine[]> {
  const lines: SampleLine[] = [];
  for await (const line of (await openStoredRun(file)).samples()) lines.push(line);
  return lines;
}

describe.each(kinds)("a log of $what", ({ kind, file }) => {
  test("is told by its contents, and by no other reader's signs", async () => {
    const path = file();
    const bytes = readFileSync(path).subarray(0, 64 * 1024);
    const head = { name: path.split("/").at(-1) as string, bytes, text: bytes.toString("utf8") };
    const taking = Object.entries<LogFormat>(logFormats).filter(([, format]) => format.detect(head));
    expect(taking.map(([name]) => name)).toEqual([kind]);
  });

  test("gives the verdicts and replies that every other gives", async () => {
    const lines = await linesOf(file());
    expect(lines.map(({ scores }) => scores?.[0])).toMatchObject(
      [1, 1, 0, 0, 1, 1].map((value) => ({ name: "accuracy", value, passed: value === 1 })),
    );
    expect(lines.map(({ completion }) => completion?.text)).toEqual(replies);
    expect(lines.map(({ seq, attempt, index }) => [seq, attempt, index])).toEqual(replies.map((_, at) => [at, 0, at]));
  });

  test("pairs with a run of ours over the same samples", async () => {
    const lines = await linesOf(file());
    expect(lines.map(({ hashes }) => hashes)).toMatchObject(
      own.map(({ hashes }) => ({ item: hashes.item, ideal: hashes.ideal, prompt: hashes.input })),
    );
    expect(lines.map(({ input, ideal }) => ({ input, ideal }))).toEqual(own.map(({ input, ideal }) => ({ input, ideal })));
  });

  test("is a run as run files have them, the same each time it is read, and complete", async () => {
    const path = file();
    const { run, end, notes } = await openLog(path);
    expect(runLineSchema.parse(run)).toEqual(run);
    for (const line of await linesOf(path)) expect(sampleLineSchema.parse(line)).toEqual(line);
    expect(end).toMatchObject({ status: "complete", counts: { selected: 6, done: 6, errors: 0, unscored: 0, prefix: 6 } });
    expect(run.started).toBe(new Date(run.started).toISOString());
    expect(notes.length).toBeGreaterThan(0);
    const copy = join(temporaryFolder(), path.split("/").at(-1) as string);
    copyFileSync(path, copy);
    if (kind !== "lm-eval") expect((await openLog(copy)).run.id).toBe(run.id);
    expect((await openStoredRun(path)).run).toEqual(run);
  });

  test("says where it comes from without naming a folder", async () => {
    const path = file();
    const { run } = await openLog(path);
    expect(run.derived_from).toMatchObject({ by: "import", source: expect.not.stringContaining("/") });
    expect(JSON.stringify(run)).not.toMatch(/\/home\/|\/tmp\//);
    expect(await findRun(path, "nowhere")).toMatchObject({ file: path, run: { id: run.id }, locked: false });
  });
});

test.each([
  ["notes.txt", "hello\n"],
  ["rows.jsonl", '{"input":"x","ideal":"y"}\n'],
  ["empty.jsonl", ""],
  ["package.json", '{ "name": "x", "version": "1" }'],
])("%s is refused with the kinds that are understood", async (name, text) => {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  await expect(openStoredRun(file)).rejects.toMatchObject({
    code: "run.corrupt",
    more: { hint: expect.stringMatching(/openai\/evals.*Inspect.*lm-evaluation-harness/) },
  });
});

test("a file that is not there is not found", async () => {
  await expect(openStoredRun(join(temporaryFolder(), "none.jsonl"))).rejects.toMatchObject({ code: "run.not-found" });
});
