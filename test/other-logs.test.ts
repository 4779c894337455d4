import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { inspectZip } from "./support/write-zip.ts";

const logs = fileURLToPath(new URL("./fixtures/logs/", import.meta.url));
const time = "2026-11-20T10-15-00.120000";

/** A working directory with a log of each kind. */
function withLogs() {
  const scratch = scratchFolder();
  const folder = join(scratch.path, "logs");
  cpSync(logs, folder, { recursive: true });
  writeFileSync(join(folder, "inspect.eval"), inspectZip(JSON.parse(readFileSync(join(logs, "inspect.json"), "utf8")), "zstd"));
  return scratch;
}

const kinds = [
  "logs/openai-evals.jsonl",
  "logs/inspect.json",
  "logs/inspect.eval",
  `logs/lm-eval/gpt-4.1-mini/samples_capitals_${time}.jsonl`,
  `logs/lm-eval/gpt-4.1-mini/results_${time}.json`,
];

const json = (text: string) => JSON.parse(text);

describe.each(kinds)("%s", (log) => {
  test("is reported as it is, with its verdicts", async () => {
    using scratch = withLogs();
    const { code, stdout } = await finegauge(["report", log, "--json"], { cwd: scratch.path });
    expect(code).toBe(0);
    const [run] = json(stdout).runs;
    expect(run.metrics.find(({ name }: { name: string }) => name === "accuracy")).toMatchObject({ value: 4 / 6, n: 6 });
  });

  test("is imported once, and the run is reported like any other", async () => {
    using scratch = withLogs();
    const first = await finegauge(["import", log, "--json"], { cwd: scratch.path });
    expect(first).toMatchObject({ code: 0 });
    const [imported] = json(first.stdout).runs;
    expect(imported).toMatchObject({ samples: 6, existed: false, status: "complete", notes: expect.any(Array) });
    const written = readFileSync(join(scratch.path, imported.file), "utf8");
    expect(written.trimEnd().split("\n")).toHaveLength(8);
    expect(written).not.toContain(scratch.path);
    expect(written).not.toContain("/home/");

    const again = await finegauge(["import", log, "--json"], { cwd: scratch.path });
    expect(json(again.stdout).runs).toMatchObject([{ id: imported.id, file: imported.file, existed: true }]);
    expect(readFileSync(join(scratch.path, imported.file), "utf8")).toBe(written);
    expect(globSync("reports/**/*.jsonl", { cwd: scratch.path })).toHaveLength(1);

    const report = await finegauge(["report", `${imported.eval}@${imported.model}`, "--format", "md"], { cwd: scratch.path });
    expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining("66.7 %") });
  });
});

describe("a folder of logs", () => {
  test("is imported whole, what is no log in it is passed over, and what cannot be taken over is said", async () => {
    using scratch = withLogs();
    writeFileSync(join(scratch.path, "logs/broken.eval"), "PK\x03\x04 cut");
    const { code, stdout, stderr } = await finegauge(["import", "logs"], { cwd: scratch.path });
    expect(code).toBe(2);
    // The same Inspect log as JSON and as ZIP is one run.
    expect(globSync("reports/**/*.jsonl", { cwd: scratch.path })).toHaveLength(3);
    expect(stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(stderr).toMatch(/passed over 1 file/);
    expect(stderr).toMatch(/openai-evals\.jsonl: not in such a log: latency/);
    expect(stderr).toMatch(/error run\.corrupt: .*broken\.eval/);
  });

  test("without a log is an error, and so is a file that is none", async () => {
    using scratch = scratchFolder();
    mkdirSync(join(scratch.path, "empty"));
    writeFileSync(join(scratch.path, "notes.txt"), "hello\n");
    expect(await finegauge(["import", "empty"], { cwd: scratch.path })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("run.not-found"),
    });
    expect(await finegauge(["import", "notes.txt"], { cwd: scratch.path })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/run\.corrupt[\s\S]*understood are/),
    });
    expect(existsSync(join(scratch.path, "reports"))).toBe(false);
  });
});

test("reporting a log never writes over it", async () => {
  using scratch = withLogs();
  const before = readFileSync(join(scratch.path, "logs/inspect.eval"));
  const { code, stdout } = await finegauge(["report", "logs/inspect.eval"], { cwd: scratch.path });
  expect({ code, page: stdout.trim() }).toEqual({ code: 0, page: "logs/inspect.eval.html" });
  expect(readFileSync(join(scratch.path, "logs/inspect.eval"))).toEqual(before);
});

describe("rescore", () => {
  test("of an openai/evals log agrees with every verdict, and writes a run that names its source", async () => {
    using scratch = withLogs();
    const log = "logs/openai-evals.jsonl";
    const before = readFileSync(join(scratch.path, log), "utf8");
    const checked = await finegauge(["rescore", log, "--check"], { cwd: scratch.path });
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining("6 of 6 verdicts agree") });
    expect(existsSync(join(scratch.path, "reports"))).toBe(false);

    const { code, stdout } = await finegauge(["rescore", log, "--json"], { cwd: scratch.path });
    expect(code).toBe(0);
    const { run, file } = json(stdout);
    const first = json(readFileSync(join(scratch.path, file), "utf8").split("\n")[0] as string);
    expect(first.derived_from).toEqual({ run, by: "rescore", source: "openai-evals.jsonl", asked: "openai/evals" });
    expect(readFileSync(join(scratch.path, log), "utf8")).toBe(before);
  });

  test("--check exits with 1 and names what comes out otherwise", async () => {
    using scratch = withLogs();
    const log = join(scratch.path, "logs/openai-evals.jsonl");
    writeFileSync(
      log,
      readFileSync(log, "utf8")
        .replace('"sampled": ["Sydney"]', '"sampled": ["Canberra"]')
        .replace('"sampled": "Sydney"', '"sampled": "Canberra"'),
    );
    const { code, stdout } = await finegauge(["rescore", log, "--check"], { cwd: scratch.path });
    expect(code).toBe(1);
    expect(stdout).toMatch(/5 of 6 verdicts agree[\s\S]*capitals\.dev\.2: accuracy was 0, is 1: Canberra/);
  });

  test("--eval scores another harness's replies by an eval of the registry, with the right answers of today", async () => {
    using scratch = withLogs();
    mkdirSync(join(scratch.path, "registry/evals"), { recursive: true });
    mkdirSync(join(scratch.path, "registry/data/capitals"), { recursive: true });
    const rows = readFileSync(join(logs, "capitals.jsonl"), "utf8").replace('"Canberra"', '["Canberra", "Sydney"]');
    writeFileSync(join(scratch.path, "registry/data/capitals/dev.jsonl"), rows);
    writeFileSync(
      join(scratch.path, "registry/evals/capitals.yaml"),
      "capitals:\n  id: capitals.dev.v1\ncapitals.dev.v1:\n  class: match\n  args: { samples_jsonl: capitals/dev.jsonl, ignore_case: true }\n",
    );
    const refused = await finegauge(["rescore", "logs/inspect.eval"], { cwd: scratch.path });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--scorer NAME or --eval NAME scores by one of ours"),
    });
    expect(refused.stderr).not.toContain("judge");
    const { code, stdout } = await finegauge(["rescore", "logs/inspect.eval", "--eval", "capitals", "--json"], {
      cwd: scratch.path,
    });
    expect(code).toBe(0);
    const { disagreements, file, ...counts } = json(stdout);
    expect(counts).toMatchObject({ agree: 4, disagree: 2, cannot_be_scored_again: 0, not_in_the_data: 0 });
    expect(disagreements.map(({ id, now }: { id: string; now: number }) => [id, now])).toEqual([
      ["3", 1],
      ["4", 1],
    ]);
    const report = await finegauge(["report", file, "--format", "md"], { cwd: scratch.path });
    expect(report.stdout).toContain("100.0 %");
  });
});

test("a run that was exported is reported as it was", async () => {
  using scratch = withLogs();
  const args = ["export", "logs/inspect.json", "--to", "openai-evals", "--output", "out.jsonl"];
  expect(await finegauge(args, { cwd: scratch.path })).toMatchObject({ code: 0, stdout: "out.jsonl\n" });
  const { stdout } = await finegauge(["report", "out.jsonl", "--json"], { cwd: scratch.path });
  expect(json(stdout).runs[0].metrics[0]).toMatchObject({ name: "accuracy", value: 4 / 6, n: 6 });
});

test("a run of a part that goes out and comes back does not stand for the whole one", async () => {
  using scratch = withLogs();
  const { cwd } = { cwd: scratch.path };
  const { stdout } = await finegauge(["import", "logs/openai-evals.jsonl", "--json"], { cwd });
  const whole = json(stdout).runs[0];
  const lines = readFileSync(join(cwd, whole.file), "utf8").trimEnd().split("\n");
  const stopped = lines.at(-1)?.replace('"status":"complete"', '"status":"stopped"');
  writeFileSync(join(cwd, "part.jsonl"), [lines[0], ...lines.slice(1, 4), stopped, ""].join("\n"));
  await finegauge(["export", "part.jsonl", "--to", "openai-evals", "--output", "part-log.jsonl"], { cwd });
  const again = await finegauge(["import", "part-log.jsonl", "--json"], { cwd });
  expect(json(again.stdout).runs[0].status).toBeUndefined();
  const { runs } = json((await finegauge(["list", "runs", "--json"], { cwd })).stdout.replace(/^/, '{"runs":').concat("}"));
  expect(runs.map(({ status }: { status: string }) => status).sort()).toEqual(["complete", "unfinished"]);
  const diff = await finegauge(["diff", whole.model, whole.model, "--json"], { cwd });
  expect(json(diff.stdout).comparisons[0].candidate).toMatchObject({ run: whole.id, status: "complete" });
});

describe("diff", () => {
  const spread = (args: readonly string[], cwd: string) => finegauge(["diff", ...args, "--json"], { cwd });

  test.each([
    ["logs/inspect.json", kinds[3] as string],
    [kinds[3] as string, "logs/inspect.eval"],
  ])("pairs the samples of %s and %s and compares their verdicts", async (baseline, candidate) => {
    using scratch = withLogs();
    const { code, stdout, stderr } = await spread([baseline, candidate], scratch.path);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/"n": 6/);
    expect(stdout).not.toContain("no pair is scored");
  });

  test("compares a log with runs of the eval whose name it was imported under", async () => {
    using scratch = withLogs();
    const { cwd } = { cwd: scratch.path };
    await finegauge(["import", "logs/openai-evals.jsonl"], { cwd });
    await finegauge(["import", "logs/inspect.json", "--eval", "capitals.dev.v0"], { cwd });
    for (const sides of [
      ["capitals@gpt-4.1-mini", "capitals@openai/gpt-4.1-mini"],
      ["capitals@openai/gpt-4.1-mini", "capitals@gpt-4.1-mini"],
    ]) {
      const { code, stdout } = await finegauge(["diff", ...sides], { cwd });
      expect(code).toBe(0);
      expect(stdout).toMatch(/accuracy +66\.7 % +66\.7 %.* 6\n/);
    }
  });
});
