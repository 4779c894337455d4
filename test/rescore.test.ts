import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EndLine, RunLine, SampleLine } from "../src/core/run-line.ts";
import { readRun } from "../src/runs/index.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { type MockAnswer, type MockOpenai, replyTo, startMockOpenai } from "./support/mock-openai.ts";

const questions = Array.from({ length: 40 }, (_, i) => ({
  input: `q${i}?`,
  ideal: `Oslo ${i}`,
  metadata: { kind: `k${i % 2}` },
}));

/** A quarter of the replies are right as they stand, half but for case, the rest are wrong. */
function replyOf(prompt: string): string {
  const i = Number(/\d+/.exec(prompt)?.[0]);
  return i % 4 === 3 ? "no idea" : i % 4 === 0 ? `Oslo ${i}` : `it is OSLO ${i}`;
}

const price = "price: { input: 1, output: 1 }";

function writeRegistry(folder: string, url: string, evalMore = ""): void {
  const files = {
    "registry/evals/a.yaml": `a:\n  id: a.dev.v1\na.dev.v1:\n  class: includes\n  args: { samples_jsonl: a.jsonl }\n${evalMore}`,
    "registry/evals/other.yaml":
      "other:\n  id: other.dev.v1\nother.dev.v1:\n  class: includes\n  args: { samples_jsonl: other.jsonl }\nmore:\n  id: more.dev.v1\nmore.dev.v1:\n  class: includes\n  args: { samples_jsonl: more.jsonl }\n",
    "registry/data/other.jsonl": questions.map((row) => `${JSON.stringify({ ...row, input: `other ${row.input}` })}\n`).join(""),
    "registry/data/more.jsonl": [...questions, { input: "q40?", ideal: "Oslo 40" }]
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
    "registry/data/a.jsonl": questions.map((row) => `${JSON.stringify(row)}\n`).join(""),
    "registry/completion-fns/a.yaml": `mock: { class: http, args: { url: "${url}", model: mock-1 } }\njudge: { class: http, args: { url: "${url}", model: judge-1 }, ${price} }\n`,
    "registry/modelgraded/a.yaml": `good:\n  prompt: "Right is {ideal}, said was: {completion}"\n  choice_strings: [Yes, No]\n  choice_scores: { Yes: 1, No: 0 }\n  input_outputs: { input: completion }\n`,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

async function linesOf(file: string): Promise<{ run: RunLine; end: EndLine | undefined; samples: SampleLine[] }> {
  const stored = await readRun(file);
  const samples: SampleLine[] = [];
  for await (const line of stored.samples()) samples.push(line);
  return { run: stored.run, end: stored.end, samples: samples.sort((a, b) => a.seq - b.seq) };
}

describe("rescore", () => {
  const folder = scratchFolder();
  const cwd = folder.path;
  let mock: MockOpenai;
  let graded = (): MockAnswer | undefined => undefined;
  let original: string;
  const askedOf = (model: string) => mock.asked.filter(({ body }) => body.model === model).length;

  beforeAll(async () => {
    mock = await startMockOpenai({
      answer: (request) => {
        if (request.method === "GET") return { json: { data: [] } };
        const text = JSON.stringify(request.body.messages);
        if (request.body.model !== "judge-1") return replyTo(request, replyOf(text));
        return graded() ?? replyTo(request, `Well.\nGRADE: ${/said was: .*oslo/i.test(text) ? "Yes" : "No"}`);
      },
    });
    writeRegistry(cwd, mock.url);
    const run = await finegauge(["run", "mock", "a", "--no-report", "--json"], { cwd });
    expect(run).toMatchObject({ code: 0 });
    original = (JSON.parse(run.stdout) as { runs: { file: string }[] }).runs[0]?.file ?? "";
  });
  afterAll(async () => {
    await mock.close();
    folder[Symbol.dispose]();
  });

  test("scores by other scorers side by side without asking the model, and leaves the run as it was", async () => {
    const before = readFileSync(join(cwd, original));
    const asked = mock.asked.length;
    const args = [
      "rescore",
      original,
      "--scorer",
      "match",
      "--scorer",
      "includes={ ignore_case: true }",
      "--scorer",
      'match={"ignore_case": true}',
    ];
    const { code, stdout } = await finegauge([...args, "--json"], { cwd });
    expect(code).toBe(0);
    const { file } = JSON.parse(stdout) as { file: string };
    const { run, end, samples } = await linesOf(join(cwd, file));
    expect(mock.asked.length).toBe(asked);
    expect(readFileSync(join(cwd, original))).toEqual(before);
    expect(run.scorers.map(({ name }) => name)).toEqual(["match", "includes", "match:2"]);
    expect(run.derived_from).toMatchObject({ by: "rescore" });
    expect(end).toMatchObject({ status: "complete", counts: { done: 40, unscored: 0 } });
    const value = (name: string) => end?.metrics.find((metric) => metric.name === name)?.value;
    expect([value("accuracy"), value("includes.accuracy"), value("match:2.accuracy")]).toEqual([0.25, 0.75, 0.25]);
    expect(samples[0]?.scores?.map(({ name }) => name)).toEqual(["accuracy", "includes.accuracy", "match:2.accuracy"]);
  });

  test("a run of an eval with the same scorers says the same, asking each question once", async () => {
    using own = scratchFolder();
    writeRegistry(own.path, mock.url, "  scorers: [{ class: includes, args: { ignore_case: true } }, { class: match }]\n");
    const asked = askedOf("mock-1");
    const { stdout } = await finegauge(["run", "mock", "a", "--no-report", "--json"], { cwd: own.path });
    expect(askedOf("mock-1") - asked).toBe(40);
    const { runs } = JSON.parse(stdout) as { runs: { file: string; metrics: { name: string; value: number }[] }[] };
    const value = (name: string) => runs[0]?.metrics.find((metric) => metric.name === name)?.value;
    expect([value("accuracy"), value("includes:2.accuracy"), value("match.accuracy")]).toEqual([0.25, 0.75, 0.25]);
    // The last digit of what is scored again is the same, too.
    const again = await finegauge(["rescore", runs[0]?.file ?? "", "--check"], { cwd: own.path });
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain("40 of 40 verdicts agree");
    // A diff holds the old run, scored again alike, against it.
    const diff = await finegauge(["diff", join(cwd, original), runs[0]?.file ?? "", "--json", "--all"], { cwd: own.path });
    const deltas = JSON.parse(diff.stdout).comparisons[0].deltas as { metric: string; value: number; n: number }[];
    expect(deltas.find(({ metric }) => metric === "includes:2.accuracy")).toMatchObject({ value: 0, n: 40 });
    // And a gate can name it.
    const gate = await finegauge(
      ["gate", join(cwd, original), runs[0]?.file ?? "", "--rule", 'candidate["includes:2.accuracy"] >= 0.5'],
      {
        cwd: own.path,
      },
    );
    expect(gate).toMatchObject({ code: 0 });
  });

  test("a scorer of the user's own is one too, as the registry finds it", async () => {
    const text = "export function scorer({ reply }) {\n  return reply.includes('OSLO') ? 1 : 0;\n}\n";
    writeFileSync(join(cwd, "registry/shout.mjs"), text);
    const args = ["rescore", original, "--scorer", "includes", "--scorer", "module={ file: registry/shout.mjs }", "--json"];
    const { code, stdout, stderr } = await finegauge(args, { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { run, end, samples } = await linesOf(join(cwd, (JSON.parse(stdout) as { file: string }).file));
    expect(run.scorers.map(({ name }) => name)).toEqual(["includes", "module"]);
    expect(samples[1]?.scores?.map(({ name }) => name.split(".")[0])).toEqual(["accuracy", "module"]);
    const own = end?.metrics.find(({ name }) => name.startsWith("module."));
    expect(own).toMatchObject({ value: 0.5, n: 40 });
  });

  describe("with a judge", () => {
    const scorer = ["--scorer", "model-graded={ modelgraded_spec: good }"];

    test("grades recorded replies, counts what that costs, and asks the model nothing", async () => {
      const [asked, judged] = [askedOf("mock-1"), askedOf("judge-1")];
      const { code, stdout, stderr } = await finegauge(["rescore", original, ...scorer, "--judge", "judge", "--json"], { cwd });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const { file } = JSON.parse(stdout) as { file: string };
      const { run, end, samples } = await linesOf(join(cwd, file));
      expect([askedOf("mock-1") - asked, askedOf("judge-1") - judged]).toEqual([0, 40]);
      expect(run.judges).toMatchObject([{ model: "judge-1" }]);
      expect(end?.status).toBe("complete");
      expect(end?.metrics.find(({ name }) => name === "accuracy")?.value).toBe(0.75);
      expect(end?.cost.judge).toBeGreaterThan(0);
      expect(samples.every(({ scores }) => scores?.[0]?.judgements?.length === 1)).toBe(true);
      expect(samples[5]?.completion?.text).toBe((await linesOf(join(cwd, original))).samples[5]?.completion?.text);
      // Recorded grades stay when the run is scored again without a judge named.
      expect(await finegauge(["rescore", file], { cwd })).toMatchObject({ code: 2 });
    });

    test("stopped by its budget, is gone on with by the same command, and pays for no grade twice", async () => {
      const out = ["--out", join(cwd, "budgeted"), "--concurrency", "1"];
      const judged = askedOf("judge-1");
      const args = ["rescore", original, ...scorer, "--judge", "judge", ...out, "--json"];
      const first = await finegauge([...args, "--budget", "400tokens"], { cwd });
      expect(first.code).toBe(3);
      const stopped = JSON.parse(first.stdout) as { file: string; status: string; counts: { done: number } };
      expect(stopped.status).toBe("stopped");
      const paid = askedOf("judge-1") - judged;
      expect(paid).toBeGreaterThan(0);
      expect(paid).toBeLessThan(40);
      const second = await finegauge(args, { cwd });
      expect(second.code).toBe(0);
      expect(askedOf("judge-1") - judged).toBe(40);
      expect(JSON.parse(second.stdout)).toMatchObject({
        file: stopped.file,
        status: "complete",
        counts: { done: 40, unscored: 0 },
      });
      expect(readdirSync(dirname(stopped.file))).toHaveLength(1);
    });

    test("a judge that cannot be reached leaves nothing scored, and says so", async () => {
      graded = () => ({ status: 401, json: { error: { message: "no such key" } } });
      const out = ["--out", join(cwd, "refused")];
      const { code, stdout } = await finegauge(["rescore", original, ...scorer, "--judge", "judge", ...out, "--json"], { cwd });
      graded = () => undefined;
      expect(code).toBe(3);
      expect(JSON.parse(stdout)).toMatchObject({ status: "failed", reason: "provider.auth" });
    });
  });

  test("replies to another eval with the same questions never hide a run of this one", async () => {
    const out = ["--out", join(cwd, "shared")];
    await finegauge(["run", "mock", "more", "--no-report", ...out], { cwd });
    const listed = async () => {
      const { stdout } = await finegauge(["list", "runs", ...out, "--json"], { cwd });
      return JSON.parse(stdout) as { id: string; eval: string; samples: number }[];
    };
    const [own] = await listed();
    const { code, stdout } = await finegauge(["rescore", original, "--eval", "more", ...out, "--json"], { cwd });
    expect(code).toBe(0);
    const { run } = await linesOf(JSON.parse(stdout).file);
    expect(run).toMatchObject({ data: { selected: 40, samples: 41 }, derived_from: { by: "rescore", asked: "a.dev.v1" } });
    expect((await listed()).map((one) => one.eval)).toEqual(["more.dev.v1", "more.dev.v1"]);
    const diff = await finegauge(["diff", "mock", own?.id ?? "", ...out, "--json"], { cwd });
    expect(JSON.parse(diff.stdout).comparisons[0].baseline).toMatchObject({ run: own?.id });
  });

  test.each([
    { args: ["--eval", "other"], says: "only 0 of 40 samples of run " },
    { args: ["--eval", "other", "--check"], says: "are in the data of other.dev.v1; 95 % are needed" },
    { args: ["--scorer", "includs"], says: 'there is no scorer "includs"' },
    { args: ["--scorer", "includes={ ignore: true }"], says: 'unknown key "ignore"' },
    { args: ["--scorer", "includes={"], says: "not valid YAML" },
    { args: ["--scorer", "includes=3"], says: "no mapping" },
    { args: ["--scorer", "includes", "--eval", "a"], says: "two sets of scorers" },
    { args: ["--scorer", "model-graded={ modelgraded_spec: good }"], says: "no judge is named" },
    { args: ["--scorer", "model-graded={ modelgraded_spec: goof }", "--judge", "judge"], says: 'did you mean "good"?' },
    { args: ["--scorer", "model-graded={ modelgraded_spec: good }", "--judge", "judge", "--check"], says: "--check asks nobody" },
  ])("$args is refused: $says", async ({ args, says }) => {
    const { code, stderr } = await finegauge(["rescore", original, ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
