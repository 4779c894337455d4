import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { NoiseFloor, Plan } from "../src/compare/index.ts";
import type { RunLine } from "../src/core/run-line.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const capabilities = `{ chat: "yes", text: "yes", logprobs: "no", top_logprobs_max: 0, continuations: "no", embeddings: "no", tools: "no", json_schema: "no" }`;

/** A model as a module; `reply` is an expression over the text asked and the call's context. */
function model(folder: string, name: string, reply: string): void {
  writeFileSync(
    join(folder, `models/${name}.mjs`),
    `let calls = 0;
      export const completionFn = { name: "${name}", async identity() { return { fn: "module", model: "${name}" }; },
        async capabilities() { return ${capabilities}; },
        async complete({ prompt }, ctx) { calls++; const asked = prompt.at(-1).content; const at = Number(asked.split(" ")[1]);
          return { text: ${reply}, finish: "stop", ms: 1, cost: 0.001, usage: { input: 10, output: 5 } }; } };\n`,
  );
}

/** An eval of 120 questions. */
function registryOf(folder: string, more = ""): void {
  for (const part of ["registry/evals", "registry/data", "models"]) mkdirSync(join(folder, part), { recursive: true });
  const rows = Array.from({ length: 120 }, (_, at) => ({
    id: `q${at}`,
    input: [{ role: "user", content: `sum ${at}` }],
    ideal: "yes",
  }));
  writeFileSync(join(folder, "registry/data/sums.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const yaml = `sums: { id: sums.dev.v1 }\nsums.dev.v1:\n  class: match\n  args: { samples_jsonl: sums.jsonl }\n${more}`;
  writeFileSync(join(folder, "registry/evals/sums.yaml"), yaml);
}

async function run(cwd: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await finegauge(["run", ...args, "--no-report", "--quiet", "--no-resume"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

async function planOf(cwd: string, ...args: string[]): Promise<Plan> {
  const { code, stdout, stderr } = await finegauge(["plan", "sums", ...args, "--json"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return (JSON.parse(stdout) as { plan: Plan }).plan;
}

describe("plan", () => {
  test("without any run: from assumptions, which are named, and without prices", async () => {
    using scratch = scratchFolder();
    registryOf(scratch.path);
    const { code, stdout } = await finegauge(["plan", "sums", "--mde", "0.05"], { cwd: scratch.path });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^120 samples are too few to see 5\.0 points on sums\.dev\.v1: \d+ are needed \(5\.0 % flips, assumed\)\.\n/,
    );
    expect(stdout).toMatch(/note: there is no complete run of it yet: all is planned from assumptions/);
    expect(stdout).toMatch(/\na {2}5\.0 % of pairs flip, assumed\nb {2}10\.0 % of pairs flip, assumed\n/);
    expect(stdout).toMatch(
      /\n +samples +tokens +cost +time +paired test +enough\na +\d+ +[\d.]+k +unknown +unknown {2}exact +no\n/,
    );
  }, 60_000);

  test("from two runs: their flips, and what a reply took", async () => {
    using scratch = scratchFolder();
    registryOf(scratch.path, "  gate: { margin: { accuracy: 0.05 } }\n");
    // Six go each way: a tenth of all.
    model(scratch.path, "old", `at < 100 ? "yes" : "no"`);
    model(scratch.path, "new", `at >= 6 && at < 106 ? "yes" : "no"`);
    await run(scratch.path, "models/old.mjs,models/new.mjs", "sums");
    const plan = await planOf(scratch.path, "--mde", "0.1");
    const [seen] = plan.scenarios;
    expect(seen?.spread).toMatchObject({ from: "new.mjs against old.mjs, 120 pairs", flips: 0.1, difference: 0 });
    const [way] = seen?.ways ?? [];
    expect(way).toMatchObject({ test: "paired-exact", exact: true, reachable: true });
    expect(way?.tokens).toBeCloseTo(15 * (way?.samples ?? 0), 6);
    expect(way?.usd).toBeCloseTo(0.001 * (way?.samples ?? 0), 9);
    expect(plan.sentence).toMatch(/^120 samples are enough to see 10\.0 points on sums\.dev\.v1: \d+ are needed \(10\.0 % flips/);
    // The eval's own margin; a smaller difference is out of reach, and by how much is said.
    expect(seen?.present.margin).toMatchObject({ margin: 0.05, exact: true });
    const small = await planOf(scratch.path, "--mde", "0.02");
    expect(small.scenarios[0]?.best).toBeNull();
    expect(small.sentence).toMatch(/too few/);
    const named = await planOf(scratch.path, "--mde", "0.1", "--baseline", "new.mjs", "--candidate", "old.mjs");
    expect(named.scenarios[0]?.spread.from).toBe("old.mjs against new.mjs, 120 pairs");
  }, 60_000);

  test("from attempts: what more of them would save", async () => {
    using scratch = scratchFolder();
    registryOf(scratch.path);
    // A third always right, the rest half of the time.
    model(scratch.path, "dice", `at < 40 || (ctx.seed >>> 7) % 2 === 0 ? "yes" : "no"`);
    await run(scratch.path, "models/dice.mjs", "sums", "--attempts", "4");
    const plan = await planOf(scratch.path, "--mde", "0.05");
    const [itself] = plan.scenarios;
    expect(itself?.spread.from).toBe("dice.mjs against itself, by its 4 attempts");
    expect(itself?.spread.within?.candidate).toBeGreaterThan(0.12);
    expect(itself?.spread.within?.candidate).toBeLessThan(0.21);
    // It never differs from itself: every attempt helps as much as a sample, and the 120 suffice.
    expect(itself?.ways[0]?.reachable).toBe(false);
    const best = itself?.ways[itself.best ?? -1];
    expect(best?.attempts).toBeGreaterThan(1);
    expect(best?.samples).toBeLessThanOrEqual(120);
    const two = await planOf(scratch.path, "--mde", "0.05", "--attempts", "2");
    expect(two.scenarios[0]?.ways.map(({ attempts }) => attempts)).toEqual([2]);
  }, 60_000);

  test.each([
    { args: ["sums"], error: /^error cli\.usage: .*--mde/ },
    { args: ["sums", "--mde", "0"], error: /^error cli\.usage: --mde is a difference above 0/ },
    { args: ["sums", "--mde", "3"], error: /^error cli\.usage: --mde 3 is more than accuracy can change/ },
    { args: ["sums", "--mde", "0.1", "--power", "1"], error: /^error cli\.usage: --power/ },
    { args: ["smus", "--mde", "0.1"], error: /^error registry\.unknown-name: .*\n.*did you mean "sums"/ },
    { args: ["sums", "--mde", "0.1", "--baseline", "nobody"], error: /^error run\.not-found/ },
  ])(
    "what cannot be planned is said in one error: $args",
    async ({ args, error }) => {
      using scratch = scratchFolder();
      registryOf(scratch.path);
      model(scratch.path, "old", `"yes"`);
      await run(scratch.path, "models/old.mjs", "sums");
      const { code, stdout, stderr } = await finegauge(["plan", ...args], { cwd: scratch.path });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(error);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    60_000,
  );
});

describe("run --aa", () => {
  const twice = async (cwd: string, ...args: string[]) => {
    const { code, stdout, stderr } = await finegauge(["run", ...args, "--aa", "--no-report", "--quiet", "--json"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return JSON.parse(stdout) as { aa: NoiseFloor[]; runs: { file: string }[] };
  };

  test("a model that draws anew is seen to waver, and a margin below that is warned of", async () => {
    using scratch = scratchFolder();
    registryOf(scratch.path, "  gate: { margin: { accuracy: 0.02 } }\n");
    model(scratch.path, "dice", `at < 90 || (ctx.seed >>> 7) % 2 === 0 ? "yes" : "no"`);
    const { aa, runs } = await twice(scratch.path, "models/dice.mjs", "sums");
    // Both are ordinary runs, and everything that reads runs reads them.
    expect(runs).toHaveLength(2);
    expect(globSync("reports/**/*.jsonl", { cwd: scratch.path })).toHaveLength(2);
    const [floor] = aa;
    expect(floor).toMatchObject({ eval: "sums.dev.v1", model: "dice.mjs", below: true, judge: null });
    expect(floor?.changed.of).toBe(120);
    expect(floor?.changed.changed).toBeGreaterThan(5);
    expect(floor?.changed.changed).toBeLessThanOrEqual(30);
    expect(floor?.margin).toBeGreaterThan(floor?.floor ?? 1);
    expect(floor?.floor).toBeGreaterThan(0.02);
    const { stdout } = await finegauge(["run", "models/dice.mjs", "sums", "--aa", "--no-report"], { cwd: scratch.path });
    expect(stdout).toMatch(
      /dice\.mjs on sums\.dev\.v1, asked twice\nnoise {4}\d+ of 120 samples were scored otherwise the second time/,
    );
    expect(stdout).toMatch(
      /\nwarning: the eval declares a margin of 2\.0 points: an unchanged model is inconclusive in \d+ % of gates; [\d,]+ more/,
    );
  }, 60_000);

  test("a model that always says the same has the floor of its number of samples, and its runs are seen by plan", async () => {
    using scratch = scratchFolder();
    registryOf(scratch.path);
    model(scratch.path, "old", `at < 100 ? "yes" : "no"`);
    const { aa } = await twice(scratch.path, "models/old.mjs", "sums");
    expect(aa[0]).toMatchObject({ changed: { changed: 0, of: 120 }, declared: null, below: false });
    expect(aa[0]?.floor).toBeGreaterThan(0.02);
    const plan = await planOf(scratch.path, "--mde", "0.1");
    expect(plan.scenarios[0]?.spread.from).toBe("old.mjs against an earlier run of it, 120 pairs");
  }, 60_000);

  test("where a model grades, the same replies are graded again: a judge that wavers is told from a model that does", async () => {
    using scratch = scratchFolder();
    registryOf(scratch.path);
    writeFileSync(
      join(scratch.path, "registry/evals/kind.yaml"),
      `kind.dev.v1:\n  class: model-graded\n  args: { samples_jsonl: sums.jsonl, modelgraded_spec: closedqa, modelgraded_spec_args: { criteria: kind } }\n  judge: models/judge.mjs\n`,
    );
    model(scratch.path, "old", `"hello"`);
    // Every seventh grade is a no: by the number of calls, so that the same reply gets another grade the second time.
    model(scratch.path, "judge", `calls % 7 === 0 ? "N" : "Y"`);
    const { aa, runs } = await twice(scratch.path, "models/old.mjs", "kind.dev.v1", "--concurrency", "1", "--max-samples", "110");
    expect(runs).toHaveLength(3);
    expect(aa[0]?.judge?.of).toBe(100);
    expect(aa[0]?.judge?.changed).toBeGreaterThan(0);
    // The third run holds the first one's replies.
    const [first, , third] = runs.map(({ file }) => readFileSync(join(scratch.path, file), "utf8").split("\n"));
    expect((JSON.parse(third?.[0] ?? "") as RunLine).model.fn).toBe("replay");
    expect(first?.length).toBeGreaterThan(third?.length ?? 0);
    const plan = await finegauge(["plan", "kind.dev.v1", "--mde", "0.1"], { cwd: scratch.path });
    expect(plan.stdout).toMatch(/old\.mjs against an earlier run of it, 110 pairs/);
  }, 60_000);

  test.each([
    { args: ["--resume"], error: /^error cli\.usage: --aa asks anew: it does not go with --resume/ },
    {
      args: ["--baseline", "old.mjs", "--fail-fast"],
      error: /^error cli\.usage: --aa asks anew: it does not go with --fail-fast/,
    },
  ])("with $args is refused before anything is asked", async ({ args, error }) => {
    using scratch = scratchFolder();
    registryOf(scratch.path);
    model(scratch.path, "old", `"yes"`);
    const { code, stderr } = await finegauge(["run", "models/old.mjs", "sums", "--aa", ...args], { cwd: scratch.path });
    expect(code).toBe(2);
    expect(stderr).toMatch(error);
    expect(globSync("reports/**/*.jsonl", { cwd: scratch.path })).toEqual([]);
  });
});
