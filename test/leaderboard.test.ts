import { copyFileSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Leaderboard } from "../src/core/leaderboard.ts";
import type { RunLine } from "../src/core/run-line.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { parseCsv } from "./support/parse-csv.ts";
import { requantised } from "./support/requantise.ts";

/** Models that are right on so many of the first questions of every eval, in an environment that says how many more. */
const models: Readonly<Record<string, number>> = { strong: 38, middle: 36, weak: 10 };

function registryOf(folder: string): void {
  for (const part of ["registry/evals", "registry/data", "models"]) mkdirSync(join(folder, part), { recursive: true });
  const evals = ["sums", "names"];
  for (const name of evals) {
    const rows = Array.from({ length: 40 }, (_, at) => ({
      id: `${name}${at}`,
      input: [{ role: "user", content: `${name} ${at}` }],
      ideal: "yes",
    }));
    writeFileSync(join(folder, `registry/data/${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  const spec = (name: string) =>
    `${name}: { id: ${name}.dev.v1 }\n${name}.dev.v1:\n  class: match\n  args: { samples_jsonl: ${name}.jsonl }\n`;
  writeFileSync(join(folder, "registry/evals/all.yaml"), evals.map(spec).join(""));
  for (const [name, right] of Object.entries(models)) {
    writeFileSync(
      join(folder, `models/${name}.mjs`),
      `export const completionFn = { name: "${name}", async identity() { return { fn: "module", model: "${name}" }; },
        async capabilities() { return { chat: "yes", text: "yes", logprobs: "no", top_logprobs_max: 0, continuations: "no", embeddings: "no", tools: "no", json_schema: "no" }; },
        async complete({ prompt }) {
          const at = Number(prompt.at(-1).content.split(" ")[1]);
          const text = at < ${right} + Number(process.env.BETTER ?? 0) ? "yes" : "no";
          return { text, finish: "stop", ms: ${right}, cost: ${right / 1000}, usage: { input: 10, output: ${right} } };
        } };\n`,
    );
  }
}

async function run(cwd: string, which: string, evals: string, better = 0): Promise<void> {
  const args = ["run", which, evals, "--no-report", "--quiet", "--no-resume"];
  const { code, stderr } = await finegauge(args, { cwd, env: { BETTER: String(better) } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

async function boardOf(cwd: string, ...args: string[]): Promise<Leaderboard> {
  const { code, stdout, stderr } = await finegauge(["leaderboard", ...args, "--json"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return (JSON.parse(stdout) as { leaderboard: Leaderboard }).leaderboard;
}

const all = Object.keys(models)
  .map((name) => `models/${name}.mjs`)
  .join(",");

test("ranks are ranges where the samples do not tell, in every format, and fit a narrow terminal", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  registryOf(cwd);
  await run(cwd, all, "sums,names");
  const board = await boardOf(cwd, "*.mjs");
  expect(board.models.map(({ name, standing }) => [name, standing?.rank])).toEqual([
    ["strong.mjs", { rank: 1, best: 1, worst: 2 }],
    ["middle.mjs", { rank: 2, best: 1, worst: 2 }],
    ["weak.mjs", { rank: 3, best: 3, worst: 3 }],
  ]);
  expect(board.sentence).toBe(
    "First of 3 over 2 evals may be strong.mjs or middle.mjs: nobody is shown to be ahead of them (80 shared samples, 95 % confidence).",
  );
  expect(board.duels[1]).toMatchObject({ first: 0, second: 2, n: 80, wins: 56, ties: 24, losses: 0 });

  const { code, stdout } = await finegauge(["leaderboard", "*.mjs"], { cwd });
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe(board.sentence);
  expect(Math.max(...lines.slice(1, -3).map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/rank {2}model .*won {2}95 % interval {2}evals\n 1–2 {2}strong\.mjs {2}/);
  expect(stdout).toMatch(/\nstrong\.mjs +95\.0 % \(1–2\) +95\.0 % \(1–2\)\n/);
  expect(stdout).toMatch(/\nweak\.mjs +0:56 +0:52 +·\n/);
  expect(stdout).toMatch(/by price: weak\.mjs \(\$10\.00 per 1000\), middle\.mjs \(\$36\.00 per 1000\),\s+strong\.mjs/);

  const md = await finegauge(["leaderboard", "*.mjs", "--format", "md"], { cwd });
  expect(md.stdout.replace(/&#\d+;/g, (text) => String.fromCodePoint(Number(text.slice(2, -1))))).toContain(board.sentence);
  const csv = await finegauge(["leaderboard", "*.mjs", "--format", "csv"], { cwd });
  const rows = parseCsv(csv.stdout);
  expect(rows).toHaveLength(1 + 3 * 3);
  expect(rows.slice(1).filter(([name]) => name === "weak.mjs")).toHaveLength(3);
  const html = await finegauge(["leaderboard", "*.mjs", "--output", "board.html"], { cwd });
  expect(html.stdout).toBe("board.html\n");
  const page = readFileSync(join(cwd, "board.html"), "utf8");
  expect(page).toContain(board.sentence);
  // The page of a leaderboard is numbers: no question, no reply.
  expect(page).not.toContain("sums 39");
}, 60_000);

test("what was not run is said to be missing, and one eval alone shows all that is known", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  registryOf(cwd);
  await run(cwd, all, "sums");
  await run(cwd, "models/strong.mjs", "names");
  const { stdout } = await finegauge(["leaderboard", "*.mjs"], { cwd });
  expect(stdout).toMatch(/\nmiddle\.mjs +not run +90\.0 %/);
  expect(stdout).toMatch(/note: 2 models are not ranked on all 2 evals/);
  const alone = await finegauge(["leaderboard", "*.mjs", "--eval", "sums"], { cwd });
  expect(alone.stdout).toMatch(/rank {2}model +accuracy {2}95 % interval +n +won {2}latency {2}tokens {2}\$ per 1000\n/);
  expect(alone.stdout).toMatch(/ 1–2 {2}strong\.mjs +95\.0 % /);
}, 60_000);

test("the runs of one model in a row: what changed from one to the next, and whether that is more than chance", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  registryOf(cwd);
  await run(cwd, "models/weak.mjs", "sums");
  const alone = await finegauge(["leaderboard", "weak.mjs", "--trend"], { cwd });
  expect([alone.code, alone.stderr]).toEqual([0, "no trend: no model here has a second run of the same eval\n"]);
  await run(cwd, "models/weak.mjs", "sums", 1);
  await run(cwd, "models/weak.mjs", "sums", 20);
  const board = await boardOf(cwd, "weak.mjs", "--trend");
  expect(board.trends).toHaveLength(1);
  const steps = board.trends[0]?.steps ?? [];
  expect(steps.map(({ metric, change }) => [metric.value, change?.n ?? null])).toEqual([
    [0.25, null],
    [0.275, 40],
    [0.75, 40],
  ]);
  expect(steps[1]?.change?.p_adjusted).toBeGreaterThan(0.05);
  expect(steps[2]?.change?.p_adjusted).toBeLessThan(0.001);
  // Without --trend the newest stands on the board, alone.
  expect((await boardOf(cwd, "weak.mjs")).trends).toEqual([]);
  const { stdout } = await finegauge(["leaderboard", "weak.mjs", "--trend"], { cwd });
  expect(stdout).toMatch(/weak\.mjs on sums\.dev\.v1\n.*\n.* 25\.0 %.*\n.* 27\.5 % .*\+2\.5 .*\n.* 75\.0 % .*\+47\.5\* /);
}, 60_000);

test("a baseline stands beside the model it was made of", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  registryOf(cwd);
  await run(cwd, "models/weak.mjs", "sums");
  const set = await finegauge(["baseline", "set", "main", "weak.mjs"], { cwd });
  expect(set.code).toBe(0);
  await run(cwd, "models/weak.mjs", "sums", 25);
  const board = await boardOf(cwd, "main", "weak.mjs");
  expect(board.models.map(({ name, standing }) => [name, standing?.rank.rank])).toEqual([
    ["weak.mjs", 1],
    ["main (baseline)", 2],
  ]);
  expect(board.sentence).toMatch(/^weak\.mjs is ahead of main \(baseline\) on sums\.dev\.v1/);
}, 60_000);

test("a run from before a right answer changed is scored again by the new one", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  registryOf(cwd);
  await run(cwd, "models/strong.mjs", "sums");
  const data = join(cwd, "registry/data/sums.jsonl");
  // The last two questions, which every model answers with "no".
  writeFileSync(data, readFileSync(data, "utf8").replace(/("sums 3[89]".*)"yes"/g, '$1"no"'));
  await run(cwd, "models/middle.mjs", "sums");
  const board = await boardOf(cwd, "*.mjs");
  const value = (name: string) => board.evals[0]?.cells[board.models.findIndex((one) => one.name === name)]?.metric.value;
  expect([value("strong.mjs"), value("middle.mjs")]).toEqual([1, 0.95]);
  expect(board.evals[0]?.shared).toBe(40);
  expect(board.notes).toContain("sums.dev.v1: recorded replies of strong.mjs were scored again, as the others are");
}, 60_000);

test("names never reach the terminal as anything but text", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  registryOf(cwd);
  await run(cwd, all, "sums,names");
  const evil = "\u001b[2J\u001b]0;owned\u0007\u202etxt\r\nfake";
  const files = globSync("reports/**/*.jsonl", { cwd });
  for (const file of files) {
    const [first = "", ...rest] = readFileSync(join(cwd, file), "utf8").split("\n");
    const line = JSON.parse(first) as RunLine;
    const changed = { ...line, completion_fn: `${line.completion_fn}${evil}`, eval: `${line.eval}${evil}` };
    writeFileSync(join(cwd, file), [JSON.stringify(changed), ...rest].join("\n"));
  }
  for (const format of ["terminal", "md", "csv"]) {
    const { code, stdout, stderr } = await finegauge(["leaderboard", ...files, "--format", format], { cwd });
    expect(code).toBe(0);
    const said = format === "csv" ? stdout.replaceAll("\r\n", "\n") : stdout;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(said + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }
}, 60_000);

describe("what cannot be shown", () => {
  test.each([
    { args: ["nobody"], error: /^error run\.not-found: nothing is called "nobody"/ },
    { args: ["strong.mjs", "--eval", "other"], error: /^error run\.not-found: strong\.mjs has nothing of other/ },
    { args: ["strong.mjs", "--output", "x.xml"], error: /^error cli\.usage: x\.xml names no format of a leaderboard/ },
    { args: ["strong.mjs", "--format", "junit"], error: /^error cli\.usage: / },
  ])(
    "is said in one error: $args",
    async ({ args, error }) => {
      using scratch = scratchFolder();
      registryOf(scratch.path);
      await run(scratch.path, "models/strong.mjs", "sums");
      const { code, stdout, stderr } = await finegauge(["leaderboard", ...args], { cwd: scratch.path });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(error);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    60_000,
  );
});

test.each([
  { output: "board.docx", code: "cli.usage", exit: 2 },
  { output: "models", code: "cli.usage", exit: 2 },
  { output: "file/board.html", code: "run.disk", exit: 3 },
])("--output $output is refused before a run is looked for", async ({ output, code, exit }) => {
  using scratch = scratchFolder();
  mkdirSync(join(scratch.path, "models"));
  writeFileSync(join(scratch.path, "file"), "");
  const found = await finegauge(["leaderboard", "nobody", "--output", output], { cwd: scratch.path });
  expect(found).toMatchObject({ code: exit, stdout: "", stderr: expect.stringContaining(`error ${code}:`) });
});

test("a folder of quantisations ends in the smallest that is not worse, with what each weighs and how far it has moved", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  for (const part of ["registry/evals", "registry/data", "quants"]) mkdirSync(join(cwd, part), { recursive: true });
  const packaged = (name: string) => readFileSync(new URL(`../registry/models/${name}.gguf`, import.meta.url));
  writeFileSync(join(cwd, "quants/f16.gguf"), packaged("tickets-tuned"));
  writeFileSync(join(cwd, "quants/q8.gguf"), requantised(packaged("tickets-tuned"), "q8_0"));
  writeFileSync(join(cwd, "quants/other-q4.gguf"), requantised(packaged("tickets-base"), "q4_0"));
  const rows = readFileSync(new URL("../registry/data/tickets/heldout.jsonl", import.meta.url), "utf8")
    .split("\n")
    .slice(0, 60);
  writeFileSync(join(cwd, "registry/data/few.jsonl"), `${rows.join("\n")}\n`);
  const texts = rows.slice(0, 10).map((row) => JSON.stringify({ input: JSON.parse(row).input.at(-1).content }));
  writeFileSync(join(cwd, "registry/data/texts.jsonl"), `${texts.join("\n")}\n`);
  const evals = (parent: string) => `
few: { id: few.dev.v1 }
few.dev.v1: { class: match, args: { samples_jsonl: few.jsonl }, gate: { margin: { accuracy: 0.12 } } }
texts: { id: texts.dev.v1 }
texts.dev.v1: { class: perplexity, args: { samples_jsonl: texts.jsonl } }
whole: { id: whole.dev.v1 }
whole.dev.v1: { class: kl, args: { samples_jsonl: few.jsonl, top: 1024 } }
drift: { id: drift.dev.v1 }
drift.dev.v1: { class: kl, args: { samples_jsonl: few.jsonl, top: 1024${parent} } }
`;
  writeFileSync(join(cwd, "registry/evals/all.yaml"), evals(""));
  await run(cwd, "quants/f16.gguf", "whole");
  const [parent = ""] = globSync("reports/whole.dev.v1/f16.gguf/*.jsonl", { cwd });
  writeFileSync(join(cwd, "registry/evals/all.yaml"), evals(`, parent: ${parent}`));
  await run(cwd, "quants/*.gguf", "few,texts,drift");

  const args = ["./quants/*.gguf", "--eval", "few,texts,drift", "--parent", "quants/f16.gguf"];
  const board = await boardOf(cwd, ...args);
  const name = (model: number | null | undefined) => board.models[model ?? -1]?.name;
  const { smallest } = board;
  expect(smallest?.sentence).toMatch(
    /^q8\.gguf \(1\.02 MB of 1\.90 MB\) is the smallest of 2 that is not worse than f16\.gguf by more than the margin on few\.dev\.v1 \(60 samples, 95 % confidence for all 2 together\)\.$/,
  );
  expect([name(smallest?.parent), name(smallest?.model)]).toEqual(["f16.gguf", "q8.gguf"]);
  expect(smallest?.candidates.map(({ model, verdict }) => [name(model), verdict])).toEqual([
    ["other-q4.gguf", "worse"],
    ["q8.gguf", "not-worse"],
  ]);
  const few = board.evals.find((one) => one.name === "few.dev.v1");
  for (const [at, { name: model }] of board.models.entries()) {
    expect(few?.cells[at]?.bytes).toBe(statSync(join(cwd, "quants", model)).size);
    expect(few?.cells[at]?.speed).toBeGreaterThan(0);
  }
  const drift = board.evals.find((one) => one.name === "drift.dev.v1");
  const driftOf = (model: string) =>
    Object.fromEntries(
      (drift?.cells[board.models.findIndex((one) => one.name === model)]?.drift ?? []).map((metric) => [
        metric.name,
        metric.value,
      ]),
    );
  expect(driftOf("f16.gguf")).toEqual({ kl: 0, same_top: 1 });
  expect(driftOf("q8.gguf").kl).toBeGreaterThan(0);
  expect(driftOf("q8.gguf").kl).toBeLessThan(0.01);
  expect(driftOf("other-q4.gguf").kl).toBeGreaterThan(1);
  // Line 1 tells the size and no folder of this machine.
  const [file = ""] = globSync("reports/few.dev.v1/q8.gguf/*.jsonl", { cwd });
  const [first = ""] = readFileSync(join(cwd, file), "utf8").split("\n");
  expect(first).toContain(`"size_bytes":${statSync(join(cwd, "quants/q8.gguf")).size}`);
  expect(first).not.toContain(cwd);

  const terminal = await finegauge(["leaderboard", ...args], { cwd });
  expect(terminal.stdout).toMatch(/\nmodel +size +change +shown +margin\n/);
  expect(terminal.stdout).toMatch(/\nmodel +tokens\/s +kl +same_top +bits_per_byte\n/);
  expect(terminal.stdout).toMatch(/ by size: other-q4\.gguf \(555 kB\), q8\.gguf \(1\.02 MB\)/);
  expect(terminal.stdout).toContain(`\n\n${smallest?.sentence}\n\nnext `);
  const md = await finegauge(["leaderboard", ...args, "--format", "md"], { cwd });
  expect(md.stdout).toMatch(/\| `q8\.gguf` \| 1\.02 MB \| [\d,]+ \|.*\| not worse \|/);
  const csv = parseCsv((await finegauge(["leaderboard", ...args, "--format", "csv"], { cwd })).stdout);
  expect(csv.filter(([, on]) => on === "few.dev.v1").map((row) => [row[0], row.at(-1)])).toEqual([
    ["f16.gguf", ""],
    ["q8.gguf", "not-worse"],
    ["other-q4.gguf", "worse"],
  ]);

  copyFileSync(join(cwd, "quants/q8.gguf"), join(cwd, "quants/new.gguf"));
  await run(cwd, "quants/new.gguf", "texts");
  const partly = await finegauge(["leaderboard", "./quants/*.gguf", "--parent", "f16.gguf", "--json"], { cwd });
  expect(
    JSON.parse(partly.stdout).leaderboard.smallest.candidates.map((one: { refused: string[] }) => one.refused),
  ).toContainEqual(["it was not run on few.dev.v1"]);
  const nothing = await finegauge(["leaderboard", "q8.gguf", "--eval", "texts", "--parent", "f16.gguf"], { cwd });
  expect(nothing).toMatchObject({ code: 2, stdout: "" });
  expect(nothing.stderr).toContain("no eval that f16.gguf was run on says how much worse a model may be");
  const alone = await finegauge(["leaderboard", "q8.gguf", "--margin", "0.1"], { cwd });
  expect(alone).toMatchObject({ code: 2, stdout: "" });
}, 120_000);
