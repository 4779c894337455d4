import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { installFakePromptfoo } from "./support/fake-promptfoo.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

function write(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Two questions, evals by promptfoo's assertions, models by its providers. */
function project(folder: string): void {
  const rows = ["Capital of Norway?", "Capital of Peru?"].map((input) => JSON.stringify({ input, ideal: input }));
  write(folder, "registry/data/c.jsonl", `${rows.join("\n")}\n`);
  const args = { samples_jsonl: "c.jsonl" };
  const evals = {
    "c.echo.v1": { class: "promptfoo:equals", args, scorers: [{ class: "promptfoo:javascript", args: { value: "1 / 4" } }] },
    "c.judged.v1": { class: "promptfoo:llm-rubric", args: { ...args, value: "is polite" } },
    "c.typo.v1": { class: "promptfoo:equal", args: { ...args, value: "x" } },
    "c.human.v1": { class: "promptfoo:human", args },
  };
  write(folder, "registry/evals/c.yaml", JSON.stringify(evals));
  const config = { apiKey: "$".concat("{MY_KEY}") };
  const models = {
    denied: { class: "promptfoo", args: { provider: "scripted:denied", config } },
    keyed: { class: "promptfoo", args: { provider: "echo", config } },
  };
  write(folder, "registry/completion-fns/m.yaml", JSON.stringify(models));
}

describe("without the package", () => {
  test.each(["promptfoo:echo", "denied"])("%s says how to install it, before anything is asked", async (model) => {
    using scratch = scratchFolder();
    project(scratch.path);
    const { code, stderr } = await finegauge(["run", model, "c.echo.v1"], { cwd: scratch.path, env: { MY_KEY: "12345678" } });
    expect(code).toBe(2);
    expect(stderr).toContain("error install.peer-missing: the package promptfoo is not installed");
    expect(stderr).toContain("npm install promptfoo");
  });

  test("its evals and models are listed, checked and dry-run all the same", async () => {
    using scratch = scratchFolder();
    project(scratch.path);
    const options = { cwd: scratch.path, env: { MY_KEY: "12345678" } };
    const { stdout } = await finegauge(["list", "evals", "--check"], options);
    expect(stdout).toMatch(/c\.echo\.v1 +2 samples/);
    expect(stdout).toMatch(/c\.human\.v1.*\n?.*finegauge label/);
    expect(await finegauge(["run", "promptfoo:echo,denied", "c.echo.v1", "--dry-run"], options)).toMatchObject({ code: 0 });
  });
});

describe("with the package", () => {
  test("a run is as any other: replies, scores beside each other, a clean stdout", async () => {
    using scratch = scratchFolder();
    project(scratch.path);
    installFakePromptfoo(scratch.path);
    const args = ["run", "promptfoo:echo", "c.echo.v1", "--json", "--no-report"];
    const { code, stdout } = await finegauge(args, { cwd: scratch.path });
    expect(code).toBe(0);
    const { runs } = JSON.parse(stdout) as { runs: { file: string; metrics: { name: string; value: number }[] }[] };
    const values = Object.fromEntries(runs[0]?.metrics.map(({ name, value }) => [name, value]) ?? []);
    expect(values).toMatchObject({ accuracy: 1, "promptfoo:javascript.accuracy": 1, "promptfoo:javascript.score": 0.25 });
    const [first = ""] = readFileSync(join(scratch.path, runs[0]?.file ?? ""), "utf8").split("\n");
    expect(JSON.parse(first)).toMatchObject({
      completion_fn: "promptfoo:echo",
      spec: { class: "promptfoo:equals", scorer: "promptfoo", args: { type: "equals" } },
    });
  });

  test("no key and no folder gets into a run or onto the screen", async () => {
    using scratch = scratchFolder();
    project(scratch.path);
    installFakePromptfoo(scratch.path);
    const options = { cwd: scratch.path, env: { MY_KEY: "a-key-of-mine-123" } };
    const { code, stdout, stderr } = await finegauge(["run", "denied,keyed", "c.echo.v1", "--json", "--no-report"], options);
    expect(code).toBe(3);
    const files = readdirSync(scratch.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath.includes("reports"))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    for (const text of [stdout, stderr, ...files]) expect(text).not.toMatch(/a-key-of-mine|sk-abcdefghijkl/);
    expect(files).toHaveLength(1);
    expect(stderr).toContain("401 Unauthorized");
  });

  test("an assertion that there is not is refused before anything is asked, with the nearest", async () => {
    using scratch = scratchFolder();
    project(scratch.path);
    installFakePromptfoo(scratch.path);
    const { code, stderr } = await finegauge(["run", "promptfoo:echo", "c.typo.v1"], { cwd: scratch.path });
    expect(code).toBe(2);
    expect(stderr).toContain('promptfoo 0.123.1 has no assertion "equal"');
    expect(stderr).toContain('did you mean "equals"?');
  });

  test("its judge is any model, and one that is down leaves samples unscored", async () => {
    using scratch = scratchFolder();
    project(scratch.path);
    installFakePromptfoo(scratch.path);
    const args = ["run", "promptfoo:echo", "c.judged.v1", "--judge", "promptfoo:scripted:denied", "--json", "--no-report"];
    const { stdout } = await finegauge(args, { cwd: scratch.path });
    const { runs } = JSON.parse(stdout) as { runs: { counts: object }[] };
    expect(runs[0]?.counts).toMatchObject({ done: 2, errors: 0, unscored: 2 });
  });
});

describe("a promptfoo config", () => {
  const config = `description: Small talk
prompts: ["Say {{word}}."]
providers: [echo, { id: "openai:chat:x", config: { apiKey: sk-not-to-be-written-down } }]
tests:
  - vars: { word: hello }
    assert: [{ type: contains, value: hello }]
  - vars: { word: bye }
    assert: [{ type: llm-rubric, value: polite }]
`;

  test("of which something would be lost is refused as a whole, each part with its line", async () => {
    using scratch = scratchFolder();
    write(scratch.path, "promptfooconfig.yaml", config);
    const { code, stderr, stdout } = await finegauge(["import", "promptfooconfig.yaml"], { cwd: scratch.path });
    expect(code).toBe(2);
    expect(stderr).toContain("error registry.not-portable: 2 parts of promptfooconfig.yaml would be lost");
    expect(stderr).toContain("promptfooconfig.yaml:8  tests[1].assert[0]: llm-rubric: ");
    expect(stderr).toContain("promptfooconfig.yaml:3  providers[1].config.apiKey: ");
    expect(stdout).toBe("");
    expect(readdirSync(scratch.path)).toEqual(["promptfooconfig.yaml"]);
  });

  test("goes over without that where it is asked for, and runs", async () => {
    using scratch = scratchFolder();
    installFakePromptfoo(scratch.path);
    write(scratch.path, "promptfooconfig.yaml", config);
    const options = { cwd: scratch.path };
    const { code, stderr, stdout } = await finegauge(["import", "promptfooconfig.yaml", "--lossy"], options);
    expect(code).toBe(0);
    expect(stderr.match(/^left out /gm)).toHaveLength(2);
    expect(stdout).toContain("finegauge run promptfoo:echo small-talk --dry-run");
    expect(stdout).not.toContain("sk-not-to-be");
    const written = readdirSync(join(scratch.path, "registry"), { recursive: true, encoding: "utf8" });
    expect(written.filter((name) => /\.(yaml|jsonl)$/.test(name)).sort()).toEqual([
      "data/small-talk/test.jsonl",
      "evals/small-talk.yaml",
    ]);
    const ran = await finegauge(["run", "promptfoo:echo", "small-talk", "--json", "--no-report"], options);
    expect(JSON.parse(ran.stdout).runs[0]).toMatchObject({ eval: "small-talk.test.v1", status: "complete", counts: { done: 1 } });

    const again = await finegauge(["import", "promptfooconfig.yaml", "--lossy"], options);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("there already")]);
    expect(await finegauge(["import", "promptfooconfig.yaml", "--lossy", "--force"], options)).toMatchObject({ code: 0 });
    expect(await finegauge(["import", "promptfooconfig.yaml", "--lossy", "--eval", "talk"], options)).toMatchObject({ code: 0 });
    expect(readdirSync(join(scratch.path, "registry/evals")).sort()).toEqual(["small-talk.yaml", "talk.yaml"]);
  });

  test("--lossy and --force are for it alone", async () => {
    using scratch = scratchFolder();
    write(scratch.path, "log.jsonl", "{}\n");
    const { code, stderr } = await finegauge(["import", "log.jsonl", "--lossy"], { cwd: scratch.path });
    expect([code, stderr]).toEqual([2, expect.stringContaining("for a promptfoo config")]);
  });
});

describe("a run exported for promptfoo", () => {
  const folder = scratchFolder();
  let exported: {
    evalId: string;
    results: { version: number; results: { [key: string]: unknown }[]; prompts: { metrics: object }[]; stats: object };
  };

  beforeAll(async () => {
    write(
      folder.path,
      "replies.jsonl",
      ['{"id":"r.dev.0","output":"a"}', '{"id":"r.dev.1","output":"x"}', '{"id":"r.dev.2","output":"aaaa!"}'].join("\n"),
    );
    const ideals = ["a", "b", "(a+)+$", "d"];
    write(
      folder.path,
      "registry/data/r.jsonl",
      ideals.map((ideal) => `${JSON.stringify({ input: `${ideal}?`, ideal })}\n`).join(""),
    );
    write(
      folder.path,
      "registry/evals/r.yaml",
      "r.dev.v1: { class: module, args: { samples_jsonl: r.jsonl, file: third.mjs } }\n",
    );
    // The third cannot be scored, the fourth has no reply.
    write(
      folder.path,
      "registry/third.mjs",
      "export function scorer({ reply, sample }) {\n  if (sample.id === 'r.dev.2') throw new Error('broken');\n  return { value: reply === sample.ideal[0] ? 1 : 0.25, passed: reply === sample.ideal[0], explanation: 'because' };\n}\n",
    );
    const options = { cwd: folder.path };
    await finegauge(["run", "replay:replies.jsonl", "r.dev.v1", "--no-report", "--max-errors", "0.5"], options);
    const out = await finegauge(["export", "r.dev.v1@replay:replies.jsonl", "--to", "promptfoo"], options);
    exported = JSON.parse(out.stdout);
    return () => folder[Symbol.dispose]();
  });

  test("tells passed, failed, not scored and not answered apart", () => {
    const { results } = exported.results;
    expect(exported.results.version).toBe(3);
    expect(results.map(({ testIdx, success, score, failureReason }) => [testIdx, success, score, failureReason]).sort()).toEqual([
      [0, true, 1, 0],
      [1, false, 0, 1],
      [2, false, 0, 2],
      [3, false, 0, 2],
    ]);
    const [right, wrong, unscored, unanswered] = results.toSorted((a, b) => Number(a.testIdx) - Number(b.testIdx));
    expect(right).toMatchObject({ vars: { sample: "r.dev.0", input: "a?", ideal: "a" }, response: { output: "a" } });
    expect(wrong).toMatchObject({
      namedScores: { accuracy: 0, score: 0.25 },
      gradingResult: {
        pass: false,
        reason: "because",
        componentResults: [{ pass: false, assertion: { metric: "accuracy" } }, {}],
      },
    });
    expect(unscored).toMatchObject({ error: expect.stringContaining("not scored: third.mjs failed: broken") });
    expect(unanswered).toMatchObject({ error: expect.stringMatching(/^[a-z.-]+: /), response: { error: expect.any(String) } });
  });

  test("adds up", () => {
    const { prompts, stats } = exported.results;
    expect(stats).toMatchObject({ successes: 1, failures: 1, errors: 2 });
    expect(prompts[0]?.metrics).toMatchObject({
      ...{ score: 1, testPassCount: 1, testFailCount: 1, testErrorCount: 2, assertPassCount: 2, assertFailCount: 2 },
      ...{ namedScores: { accuracy: 1, score: 1.25 }, namedScoresCount: { accuracy: 2, score: 2 } },
    });
  });
});
