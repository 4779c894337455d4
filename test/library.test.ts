import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  diff,
  FinegaugeError,
  type GivenEval,
  type GivenModel,
  gate,
  leaderboard,
  listRuns,
  plan,
  readRun,
  run,
  setBaseline,
} from "../src/index.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { fencesOf } from "./support/markdown.ts";
import { startMockOpenai } from "./support/mock-openai.ts";
import { answerSums, writeSumsRegistry } from "./support/sums-registry.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const guard = new URL("./support/no-network.mjs", import.meta.url).href;
const page = fencesOf(readFileSync(join(root, "docs/library.md"), "utf8"));
const example = page.find(({ info }) => info === "ts capitals.ts")?.text ?? "";

/** A project of somebody's own, with the built package under its name. */
function project() {
  const scratch = scratchFolder();
  mkdirSync(join(scratch.path, "node_modules"));
  mkdirSync(join(scratch.path, "tmp"));
  symlinkSync(root, join(scratch.path, "node_modules/finegauge"), "dir");
  writeFileSync(join(scratch.path, "package.json"), '{ "private": true, "type": "module" }\n');
  return scratch;
}

/** Runs a program and waits until it ends by itself. */
async function program(folder: string, file: string, text: string) {
  writeFileSync(join(folder, file), text);
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ["--import", guard, "--disable-warning=ExperimentalWarning", file], {
    cwd: folder,
    env: { PATH, HOME, TMPDIR: join(folder, "tmp") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    stdout += piece;
  });
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    stderr += piece;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, stdout, stderr };
}

/** What the compiler says of programs that somebody else writes. */
function compiled(folder: string, files: readonly string[]): string {
  const options = ["--noEmit", "--strict", "--target", "es2023", "--module", "nodenext", "--allowImportingTsExtensions"];
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [tsc, ...options, ...types, ...files], { cwd: folder, encoding: "utf8" }).stdout;
}

/** `--max-samples` as `maxSamples`: all that a command takes. */
async function flagsOf(command: readonly string[]): Promise<Set<string>> {
  const { stdout } = await finegauge([...command, "--help"]);
  const flags = [...stdout.matchAll(/^ +(?:-\w, )?--(?:no-)?([a-z][a-z-]*)/gm)].map(([, name]) => name as string);
  return new Set(flags.map((name) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())));
}

const right: GivenModel = { name: "right", complete: async ({ prompt }) => sumOf(String(prompt)) };
const sums = (n: number, more: Partial<GivenEval> = {}): GivenEval => ({
  name: "sums",
  samples: Array.from({ length: n }, (_, i) => ({ input: `${i}+1`, ideal: String(i + 1) })),
  scorers: "exact",
  ...more,
});

describe("a program that imports finegauge", () => {
  test("the example of the page compiles, runs as written, and prints what the page says", async () => {
    using scratch = project();
    const { code, stdout, stderr } = await program(scratch.path, "capitals.ts", example);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(page.find(({ info }) => info === "text")?.text);
  });

  test("has its types, down to what is wrong with a call", () => {
    using scratch = project();
    writeFileSync(join(scratch.path, "capitals.ts"), example);
    writeFileSync(
      join(scratch.path, "wrong.ts"),
      `import { diff, gate, plan, readRun, run, type Run } from "finegauge";
const [first] = await run("a", "b", { maxSamples: 5 });
const status: "complete" | "stopped" | "failed" | undefined = first?.status;
const verdict: "pass" | "fail" | "inconclusive" = (await gate("a", "b")).verdict;
for await (const { scores } of (await readRun("b@a")).samples()) console.log(scores?.[0]?.value, status, verdict);
// @ts-expect-error there is no such option
await run("a", "b", { maxSample: 5 });
// @ts-expect-error a model is a name or has one
await run({ complete: async () => "" }, "b");
// @ts-expect-error an eval has samples
await run("a", { name: "c", scorers: "exact" });
// @ts-expect-error a plan needs a difference
await plan("a");
// @ts-expect-error comparisons come in a list
const one: Run = await diff("a", "b");
`,
    );
    expect(compiled(scratch.path, ["capitals.ts", "wrong.ts"])).toBe("");
  }, 120_000);

  test("is not printed into, not listened to, not ended, and ends by itself; nothing is left in the temporary folder", async () => {
    using scratch = project();
    const mock = await startMockOpenai({ answer: answerSums });
    writeSumsRegistry(scratch.path, { samples: 30, url: mock.url, evalMore: "  no_such_key: 1\n" });
    const { code, stdout, stderr } = await program(
      scratch.path,
      "all.mjs",
      `import { writeFile } from "node:fs/promises";
import { diff, FinegaugeError, gate, leaderboard, listRuns, plan, readRun, report, run, setBaseline } from "finegauge";
const before = { folder: process.cwd(), handlers: process.eventNames().length };
const warnings = [];
const own = { name: "own", complete: ({ prompt }) => { if (JSON.stringify(prompt).includes("is 3 ")) throw new Error("no"); return "the sum is 4"; } };
const options = { onWarning: ({ message }) => warnings.push(message), maxErrors: 0.5 };
const runs = await run(["mock", own], "sums", options);
const again = await run("mock", "sums", options);
const { comparisons } = await diff("mock", "own");
const verdict = await gate("mock", "own", { rules: "accuracy >= 0.9", models: own });
const board = await leaderboard(["mock", "own"], { trend: true });
const planned = await plan("sums", { mde: 0.1 });
const baseline = await setBaseline("main", "mock");
const stored = await readRun("sums@mock");
let lines = 0;
for await (const line of stored.samples()) lines += line.scores === undefined ? 0 : 1;
let html = "";
for await (const piece of report(["sums@mock", "sums@own"])) html += piece;
const wrong = [];
for (const call of [() => run("mock", "smus"), () => run("nobody", "sums"), () => diff("mock", "nobody"), () => gate("mock", "own", { rules: "accuracy >" })]) {
  await call().catch((error) => wrong.push([error instanceof FinegaugeError, error.code]));
}
const after = { folder: process.cwd(), handlers: process.eventNames().length };
await writeFile("found.json", JSON.stringify({
  runs: runs.map(({ eval: name, model, status, counts }) => [name, model, status, counts.errors]), again: again.length, warnings,
  finding: comparisons.map(({ finding }) => finding), verdict: [verdict.verdict, verdict.exit], models: board.evals.length, plan: planned.eval,
  baseline: baseline.length, lines, html: html.includes("Content-Security-Policy"), wrong, listed: (await listRuns()).length,
  exitCode: process.exitCode ?? null, same: JSON.stringify(before) === JSON.stringify(after),
}));
`,
    );
    await mock.close();
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(JSON.parse(readFileSync(join(scratch.path, "found.json"), "utf8"))).toEqual({
      runs: [
        ["sums.test.v1", "mock", "complete", 0],
        ["sums.test.v1", "own", "complete", 1],
      ],
      again: 1,
      warnings: [expect.stringContaining("no_such_key"), expect.stringContaining("no_such_key")],
      finding: ["worse"],
      verdict: ["fail", 1],
      models: 1,
      plan: "sums.test.v1",
      baseline: 1,
      lines: 30,
      html: true,
      wrong: [
        [true, "registry.unknown-name"],
        [true, "registry.unknown-name"],
        [true, "run.not-found"],
        [true, "gate.rule-invalid"],
      ],
      listed: 3,
      exitCode: null,
      same: true,
    });
    expect(readdirSync(join(scratch.path, "tmp"))).toEqual([]);
  });
});

describe("run", () => {
  test("gives what the command says with --json", async () => {
    using scratch = scratchFolder();
    const mock = await startMockOpenai({ answer: answerSums });
    writeSumsRegistry(scratch.path, { samples: 20, url: mock.url });
    const registry = join(scratch.path, "registry");
    const [mine] = await run("mock", "sums", { registry, out: join(scratch.path, "mine"), maxSamples: 10 });
    const args = ["run", "mock", "sums", "--max-samples", "10", "--no-report", "--json"];
    const { stdout } = await finegauge(args, { cwd: scratch.path });
    await mock.close();
    const [theirs] = (JSON.parse(stdout) as { runs: object[] }).runs;
    const settled = { id: "", file: "", wall_ms: 0 };
    const { error, ...value } = mine ?? {};
    expect(error).toBeUndefined();
    expect({ ...(JSON.parse(JSON.stringify(value)) as object), ...settled }).toEqual({ ...theirs, ...settled });
  });

  test("stops at once when its signal is aborted, gives what is there, and the same call goes on with it", async () => {
    using scratch = scratchFolder();
    const stop = new AbortController();
    const asked: string[] = [];
    const model: GivenModel = {
      name: "slow",
      capabilities: async () => ({ ...(await capabilities()), concurrency_max: 1 }),
      complete: async ({ prompt }) => {
        asked.push(String(prompt));
        return right.complete({ prompt, sampling: {} }, {} as never);
      },
    };
    const out = join(scratch.path, "reports");
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => {
      seen.push(done);
      if (done === 5) stop.abort();
    };
    const [stopped] = await run(model, sums(20), { out, signal: stop.signal, onProgress });
    expect(stopped).toMatchObject({ status: "stopped", reason: "run.interrupted", counts: { done: 5 } });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    const [finished] = await run(model, sums(20), { out, onProgress: ({ done }) => seen.push(done) });
    expect(finished).toMatchObject({ id: stopped?.id, status: "complete", counts: { done: 20 } });
    expect(new Set(asked).size).toBe(20);
    expect(asked.length).toBeLessThanOrEqual(21);
    expect(seen.slice(5)).toEqual(Array.from({ length: 15 }, (_, i) => i + 6));
  });

  test("throws when its signal was aborted before, and asks nobody", async () => {
    using scratch = scratchFolder();
    const model = { name: "never", complete: () => Promise.reject(new Error("asked")) };
    await expect(run(model, sums(2), { out: scratch.path, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "run.interrupted",
    });
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  test("scores with functions, also slow ones, beside named ones", async () => {
    using scratch = scratchFolder();
    const scorers: GivenEval["scorers"] = [
      { name: "is-even", score: ({ reply }) => Number(reply) % 2 === 0 },
      { class: "exact", args: { ignore_case: true } },
      { name: "slowly", score: async ({ reply, sample }) => ({ value: Number(reply) / 8, passed: sample.ideal[0] === reply }) },
    ];
    const out = scratch.path;
    const [one] = await run(right, sums(4, { scorers, slices: ["id"] }), { out });
    expect(one?.error).toBeUndefined();
    const values = Object.fromEntries((one?.metrics ?? []).map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({
      accuracy: 0.5,
      "exact.accuracy": 1,
      "slowly.accuracy": 1,
      "slowly.score": 0.3125,
    });
    const { run: line } = await readRun("sums@right", { out });
    expect(line.spec).toMatchObject({ class: "module", args: { file: "is-even" } });
  });

  test("asks a judge that is a value", async () => {
    using scratch = scratchFolder();
    const grading = { prompt: "{input} = {completion}?", choice_strings: ["Yes", "No"], input_outputs: { input: "completion" } };
    const judged = sums(3, {
      scorers: {
        class: "model-graded",
        args: { modelgraded_spec: { ...grading, choice_scores: { Yes: 1, No: 0 } }, eval_type: "classify" },
      },
    });
    const judge = {
      name: "strict",
      complete: ({ prompt }: { prompt: unknown }) => (JSON.stringify(prompt).includes("2+1") ? "No" : "Yes"),
    };
    const [one] = await run(right, judged, { out: scratch.path, judge });
    expect(one).toMatchObject({ status: "complete", counts: { unscored: 0 } });
    expect(one?.metrics.find(({ name }) => name === "score")?.value).toBeCloseTo(2 / 3, 12);
  });

  test("asks nothing twice with the response cache, and only what is there in mode only", async () => {
    using scratch = scratchFolder();
    const mock = await startMockOpenai({ answer: answerSums });
    writeSumsRegistry(scratch.path, { samples: 6, url: mock.url });
    const options = {
      registry: join(scratch.path, "registry"),
      out: join(scratch.path, "reports"),
      cacheDir: join(scratch.path, "cache"),
    };
    await run("mock", "sums", { ...options, cache: "on" });
    const asked = mock.asked.length;
    const [again] = await run("mock", "sums", { ...options, cache: "only" });
    await mock.close();
    expect(mock.asked.length).toBe(asked);
    expect(again).toMatchObject({ status: "complete", cached: { replies: 6 } });
  });

  test("takes samples as they come, and several models on several evals", async () => {
    using scratch = scratchFolder();
    async function* rows() {
      for (let i = 0; i < 2500; i++) yield { input: `${i}+1`, ideal: String(i + 1) };
    }
    const wrong = { name: "wrong", complete: () => "no" };
    const runs = await run([right, wrong], [sums(3), { name: "many.of.v2", samples: rows(), scorers: "exact" }], {
      out: scratch.path,
    });
    expect(runs.map(({ eval: name, model, metrics }) => [name, model, metrics[0]?.value, metrics[0]?.n])).toEqual([
      ["sums.given.v1", "right", 1, 3],
      ["many.of.v2", "right", 1, 2500],
      ["sums.given.v1", "wrong", 0, 3],
      ["many.of.v2", "wrong", 0, 2500],
    ]);
    expect(await listRuns({ out: scratch.path })).toHaveLength(4);
  });

  test.each<{ what: string; call: (out: string) => Promise<unknown>; code: string; says: RegExp }>([
    {
      what: "a row that is no sample, with its place",
      call: (out) => run(right, sums(0, { samples: [{ input: "1+1", ideal: "2" }, { input: 5 } as never] }), { out }),
      code: "data.invalid",
      says: /samples of sums\.given\.v1 2 input/,
    },
    {
      what: "an eval without samples",
      call: (out) => run(right, sums(0), { out }),
      code: "data.invalid",
      says: /there is no sample in samples of sums\.given\.v1/,
    },
    {
      what: "a scorer that there is not",
      call: (out) => run(right, sums(1, { scorers: "exakt" }), { out }),
      code: "registry.invalid",
      says: /eval sums\.given\.v1 1 .*there is no scorer "exakt".*exact/,
    },
    {
      what: "an option that there is not",
      call: (out) => run(right, sums(1), { out, maxSample: 5 } as never),
      code: "cli.usage",
      says: /run has no option "maxSample".*maxSamples/,
    },
    {
      what: "an option of the wrong kind",
      call: (out) => gate("a", "b", { out, settle: -1 }),
      code: "cli.usage",
      says: /gate: settle/,
    },
    { what: "no model", call: (out) => run({} as never, sums(1), { out }), code: "plugin.invalid", says: /no name/ },
    {
      what: "a model that cannot complete",
      call: (out) => run({ name: "x" } as never, sums(1), { out }),
      code: "plugin.invalid",
      says: /the model x has no function complete/,
    },
    {
      what: "two models of one name",
      call: (out) => run([right, { ...right }], sums(1), { out }),
      code: "cli.usage",
      says: /two models are called right/,
    },
    {
      what: "two evals of one name",
      call: (out) => run(right, [sums(1), sums(2)], { out }),
      code: "cli.usage",
      says: /two evals are called sums\.given\.v1/,
    },
    {
      what: "a scorer called as one of ours",
      call: (out) => run(right, sums(1, { scorers: { name: "match", score: () => true } }), { out }),
      code: "cli.usage",
      says: /two scorers are called match/,
    },
    {
      what: "samples that are no list",
      call: (out) => run(right, sums(1, { samples: "rows.jsonl" as never }), { out }),
      code: "cli.usage",
      says: /are no list/,
    },
  ])("refuses $what", async ({ call, code, says }) => {
    using scratch = scratchFolder();
    const error = await call(scratch.path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FinegaugeError);
    const { code: found, message, more } = error as FinegaugeError;
    expect(found).toBe(code);
    const { where, nearest = [], hint } = more;
    expect([where?.file, where?.line, message, ...nearest, hint].join(" ")).toMatch(says);
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  test("gives back a model that nobody answers for, where others are asked too", async () => {
    using scratch = scratchFolder();
    const dead = "llama-server:http://127.0.0.1:9";
    const runs = await run([dead, right], sums(2), { out: scratch.path });
    expect(runs.map(({ status, error }) => [status, error?.code])).toEqual([
      ["failed", "provider.unreachable"],
      ["complete", undefined],
    ]);
    await expect(run(dead, sums(2), { out: scratch.path })).rejects.toMatchObject({ code: "provider.unreachable" });
  });
});

async function capabilities() {
  const no = "no" as const;
  const yes = "yes" as const;
  return {
    chat: yes,
    text: yes,
    logprobs: no,
    top_logprobs_max: 0,
    continuations: no,
    embeddings: no,
    tools: no,
    json_schema: no,
  };
}

/** `3+1` is 4. */
function sumOf(question: string): string {
  return String(question.split("+").reduce((sum, part) => sum + Number(part), 0));
}

describe("options", () => {
  const wrong = { nothing: true } as object;
  test.each([
    { name: "run", call: () => run([], [], wrong) },
    { name: "diff", call: () => diff("a", "b", wrong) },
    { name: "gate", call: () => gate("a", "b", wrong) },
    { name: "leaderboard", call: () => leaderboard("a", wrong) },
    { name: "plan", call: () => plan("a", wrong as { mde: number }) },
    { name: "baseline", call: () => setBaseline("a", "b", wrong) },
  ])("of $name are the command's in camelCase, but for those that the page names", async ({ name, call }) => {
    const error = await call().catch((thrown: unknown) => thrown as FinegaugeError);
    const taken = /^options: (.*)$/.exec((error as FinegaugeError).more.hint ?? "")?.[1]?.split(", ") ?? [];
    expect(taken.length).toBeGreaterThan(3);
    const flags = await flagsOf([name]);
    const rows = readFileSync(join(root, "docs/library.md"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`| \`${name}\``));
    const others = taken.filter((option) => !flags.has(option));
    expect(others.filter((option) => !rows.some((row) => row.includes(`\`${option}`)))).toEqual([]);
  });
});

test("its types need no types of Node's", () => {
  using scratch = project();
  writeFileSync(join(scratch.path, "capitals.ts"), example);
  const compilerOptions = { noEmit: true, strict: true, target: "es2023", module: "nodenext", types: [], preserveSymlinks: true };
  writeFileSync(join(scratch.path, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["capitals.ts"] }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  expect(spawnSync(process.execPath, [tsc, "-p", scratch.path], { encoding: "utf8" }).stdout).toBe("");
}, 60_000);
