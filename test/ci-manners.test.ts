import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { writeFiles } from "./support/diagnose.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { replyTo, startMockOpenai } from "./support/mock-openai.ts";
import { writeSumsRegistry } from "./support/sums-registry.ts";

const terminal = { NODE_OPTIONS: `--import ${new URL("./support/as-terminal.mjs", import.meta.url).href}` };
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told so
const control = /\u001b/;

/** A registry with one eval and one mock, whose replies take their time. */
async function sums(folder: string, options: { samples: number; delayMs?: number; more?: string; status?: number }) {
  const mock = await startMockOpenai({
    delayMs: options.delayMs ?? 0,
    answer: (request) => {
      if (request.method === "GET") return { json: { data: [] } };
      return options.status === undefined
        ? replyTo(request, "the sum is 0")
        : { status: options.status, json: { error: { message: "no" } } };
    },
  });
  onTestFinished(() => mock.close());
  writeSumsRegistry(folder, { samples: options.samples, url: mock.url, functionArgs: options.more ?? "" });
  return mock;
}

describe("a defect", () => {
  const breaks = {
    "within a command": `Object.defineProperty(process, "cwd", { value() { throw new TypeError("boom"); } });`,
    "outside of it": `setTimeout(() => { throw new TypeError("boom"); }, 300);`,
    "in a promise that nobody waits for": `setTimeout(() => { Promise.reject(new TypeError("boom")); }, 300);`,
  };

  test.each(Object.entries(breaks))("%s ends with 70, and says whose it is", async (_, code) => {
    using scratch = scratchFolder();
    writeFiles(scratch.path, { "break.mjs": code });
    const env = { NODE_OPTIONS: `--import ${join(scratch.path, "break.mjs")}` };
    const mock = await sums(scratch.path, { samples: 30, delayMs: 100 });
    const args = ["run", "mock", "sums", "--concurrency", "1", "--no-report"];
    const { code: exit, stderr } = await finegauge(args, { cwd: scratch.path, env });
    expect(mock.requests.length).toBeLessThan(30);
    expect(exit).toBe(70);
    expect(stderr).toMatch(/^error internal: boom\n {2}this is a defect of finegauge/m);
  });
});

describe("GitHub Actions", () => {
  const scratch = scratchFolder();
  beforeAll(async () => {
    const args = ["run", "tickets-base,tickets-tuned", "general", "--max-samples", "40", "--no-report"];
    expect(await finegauge(args, { cwd: scratch.path })).toMatchObject({ code: 0 });
  });
  afterAll(() => scratch[Symbol.dispose]());
  const summaryIn = (name: string) => ({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(scratch.path, name) });

  test("is told of a run's figures, without a sample's text", async () => {
    const env = summaryIn("run.md");
    const args = ["run", "tickets-tuned", "tickets", "--max-samples", "20", "--no-report"];
    const { code, stderr } = await finegauge(args, { cwd: scratch.path, env });
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/^::/m);
    const markdown = readFileSync(env.GITHUB_STEP_SUMMARY, "utf8");
    expect(markdown).toContain("tickets-tuned");
    expect(markdown).toContain("tickets.heldout.v1");
    expect(markdown).not.toMatch(/Classify the error|deadline exceeded/);
  });

  test("gets an annotation for a run that is no result", async () => {
    using own = scratchFolder();
    await sums(own.path, { samples: 30, status: 400 });
    const { code, stderr } = await finegauge(["run", "mock", "sums", "--no-report"], {
      cwd: own.path,
      env: summaryIn("failed.md"),
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^::error title=run failed%3A sums\.test\.v1 on mock::\d+ of 30 answered, .*provider\.rejected/m);
  });

  test("gets a warning for a comparison that is worse, and its table", async () => {
    const env = summaryIn("diff.md");
    const { code, stdout, stderr } = await finegauge(["diff", "tickets-base", "tickets-tuned", "--eval", "general"], {
      cwd: scratch.path,
      env,
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^::warning title=worse on general\.chat\.v1::tickets-tuned is worse than tickets-base/m);
    expect(stdout).not.toMatch(/^::/m);
    const markdown = readFileSync(env.GITHUB_STEP_SUMMARY, "utf8");
    expect(markdown).toContain("tickets-tuned is worse than tickets-base");
    const better = await finegauge(["diff", "tickets-tuned", "tickets-base", "--eval", "general"], { cwd: scratch.path, env });
    expect(better.stderr).not.toMatch(/^::/m);
  });

  test.each([
    ["run", "tickets-tuned", "general", "--max-samples", "5", "--no-report"],
    ["diff", "tickets-base", "tickets-tuned"],
    ["gate", "tickets-base", "tickets-tuned", "--rule", "accuracy >= 0.99"],
  ])("hears nothing elsewhere: %s", async (...args) => {
    const { stderr } = await finegauge(args, { cwd: scratch.path });
    expect(stderr).not.toMatch(/^::/m);
  });

  test("keeps a run's exit code where the summary cannot be written", async () => {
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: scratch.path };
    const args = ["run", "tickets-tuned", "general", "--max-samples", "5", "--no-report"];
    const { code, stderr } = await finegauge(args, { cwd: scratch.path, env });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining("warning: the runs are not in the job's summary: EISDIR"),
    });
  });
});

describe("progress", () => {
  test.each([
    { where: "on a terminal", env: terminal, redrawn: true },
    { where: "on a terminal of a CI", env: { ...terminal, CI: "true" }, redrawn: false },
    { where: "on a terminal that only takes text", env: { ...terminal, TERM: "dumb" }, redrawn: false },
    { where: "where CI is false", env: { ...terminal, CI: "false" }, redrawn: true },
    { where: "in a pipe", env: {}, redrawn: false },
  ])("$where is a line drawn again: $redrawn", async ({ env, redrawn }) => {
    using scratch = scratchFolder();
    await sums(scratch.path, { samples: 30, delayMs: 40 });
    const args = ["run", "mock", "sums", "--concurrency", "1", "--no-report", "--no-color"];
    const { code, stderr } = await finegauge(args, { cwd: scratch.path, env });
    expect(code).toBe(0);
    expect(stderr.includes("\r\u001b[K")).toBe(redrawn);
    if (!redrawn) expect(stderr).not.toMatch(control);
  });
});

describe("a question", () => {
  test.each([
    { where: "on a terminal", env: terminal, asked: true },
    { where: "in a CI that has a terminal", env: { ...terminal, CI: "1" }, asked: false },
    { where: "in a pipe", env: {}, asked: false },
  ])("about money $where is asked: $asked", async ({ env, asked }) => {
    using scratch = scratchFolder();
    const mock = await sums(scratch.path, { samples: 5, more: " }, price: { input: 1000, output: 1000 " });
    writeFiles(scratch.path, { "finegauge.yaml": "registry: registry\nconfirm_above: 0\n" });
    const { code, stderr } = await finegauge(["run", "mock", "sums", "--no-report"], { cwd: scratch.path, env, input: "n\n" });
    expect(stderr.includes("This will cost about")).toBe(asked);
    expect(code).toBe(asked ? 130 : 0);
    expect(mock.asked).toHaveLength(asked ? 0 : 5);
  });
});

describe("colour", () => {
  test.each([
    { args: [], env: {}, coloured: false },
    { args: [], env: terminal, coloured: true },
    { args: ["--no-color"], env: terminal, coloured: false },
    { args: [], env: { ...terminal, NO_COLOR: "1" }, coloured: false },
    { args: [], env: { ...terminal, TERM: "dumb" }, coloured: false },
    { args: [], env: { FORCE_COLOR: "1" }, coloured: true },
    { args: ["--no-color"], env: { FORCE_COLOR: "1" }, coloured: false },
    { args: [], env: { ...terminal, FORCE_COLOR: "0" }, coloured: false },
  ])("with $args and $env: $coloured", async ({ args, env, coloured }) => {
    const { code, stdout } = await finegauge(["list", "evals", "--check", ...args], { env: { TERM: "xterm-256color", ...env } });
    expect(code).toBe(0);
    expect(control.test(stdout)).toBe(coloured);
    const failed = await finegauge([...args, "run", "no-such-model", "tickets"], { env: { TERM: "xterm-256color", ...env } });
    expect(failed.code).toBe(2);
    expect(control.test(failed.stderr)).toBe(coloured);
  });
});
