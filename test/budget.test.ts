import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { type MockOpenai, type MockRequest, replyTo, startMockOpenai } from "./support/mock-openai.ts";
import { answerSums, writeSumsRegistry } from "./support/sums-registry.ts";

const samples = 200;
/** The mock says 2 tokens out for each reply: a cent. */
const prices = "date: 2026-11-01\nprices: { mock-1: { input: 0, output: 5000 } }\n";
const cent = 0.01;

/** A registry of sums on a mock; with its price, unless another text is given. */
async function begin(folder: string, priceTable: string | undefined = prices) {
  const mock = await startMockOpenai({ answer: answerSums, delayMs: 5 });
  const root = writeSumsRegistry(folder, { samples, url: mock.url });
  if (priceTable !== "") writeFileSync(join(root, "prices.yaml"), priceTable);
  const run = (...more: string[]) =>
    finegauge(["run", "mock", "sums", "--concurrency", "50", "--max-tokens", "2", "--no-report", ...more], { cwd: folder });
  return { mock, run };
}

function linesIn(folder: string) {
  const [file, ...more] = globSync("reports/**/*.jsonl", { cwd: folder });
  expect(more).toEqual([]);
  if (file === undefined) return [];
  const text = readFileSync(join(folder, file), "utf8").trim();
  return text.split("\n").map((line) => JSON.parse(line) as { type: string; [key: string]: unknown });
}

describe("a budget in dollars", () => {
  test.each(["50", "auto"])(
    "stops a run cleanly, within one request's worth, and the same command without it finishes the run: %s at a time",
    async (concurrency) => {
      using scratch = scratchFolder();
      const { mock, run } = await begin(scratch.path);
      const stopped = await run("--budget", "$1.50", "--concurrency", concurrency);
      expect(stopped).toMatchObject({ code: 3 });
      expect(stopped.stderr).toContain("at most about $2.00");
      expect(stopped.stdout).toContain("cost    $1.50\n");
      expect(stopped.stdout).toMatch(/the budget is spent at 150 of 200; the same command again goes on with it/);
      expect(mock.asked.length).toBe(150);

      const lines = linesIn(scratch.path);
      expect(lines[0]).toMatchObject({ type: "run", prices: "own 2026-11-01" });
      expect(lines.at(-1)).toMatchObject({ type: "end", status: "stopped", reason: "run.budget-spent" });
      expect(lines.at(-1)).toMatchObject({
        counts: { done: 150, prefix: 150, errors: 0 },
        cost: { model: expect.closeTo(1.5, 9) },
      });
      const replies = lines.flatMap(({ type, completion }) => (type === "sample" ? [completion as { cost: number }] : []));
      for (const { cost } of replies) expect(cost).toBeCloseTo(cent, 12);

      expect(await run()).toMatchObject({ code: 0 });
      expect(mock.asked.length).toBe(samples);
      expect(linesIn(scratch.path).at(-1)).toMatchObject({ status: "complete", cost: { model: expect.closeTo(2, 9) } });
      await mock.close();
    },
  );

  test("refuses a run that cannot fit before the first request", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path);
    const refused = await run("--budget", "0.50usd,1h", "--max-samples", "150");
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain(
      "error run.budget-spent: this takes at least $0.75, and the budget is $0.50: nothing was asked",
    );
    expect(mock.requests.filter(({ method }) => method === "POST")).toEqual([]);
    expect(linesIn(scratch.path)).toEqual([]);
    await mock.close();
  });

  test("is refused for a model whose price is unknown, and so says the plan", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path, "");
    const { code, stderr } = await run("--budget", "$5");
    expect(code).toBe(2);
    expect(stderr).toContain("error cli.usage: a budget in dollars cannot hold for mock: its price is unknown");
    expect(stderr).toContain("price: { input: …, output: … }");
    expect(mock.asked).toEqual([]);

    const free = await run("--max-samples", "5");
    expect(free).toMatchObject({ code: 0 });
    expect(free.stderr).toContain("· price unknown ·");
    expect(free.stdout).not.toContain("$");
    expect(linesIn(scratch.path)[0]).not.toHaveProperty("prices");
    expect(linesIn(scratch.path).at(-1)).toMatchObject({ cost: {} });
    await mock.close();
  });
});

describe("a budget with a judge", () => {
  /** Sums, each graded Y by a judge on the same mock; both say 2 tokens out for each reply. */
  async function beginJudged(folder: string, priceTable: string) {
    const answer = (request: MockRequest) => (request.body.model === "judge-1" ? replyTo(request, "Y") : answerSums(request));
    const mock = await startMockOpenai({ answer, delayMs: 5 });
    const root = writeSumsRegistry(folder, { samples: 40, url: mock.url });
    mkdirSync(join(root, "modelgraded"));
    const spec =
      'right: { prompt: "{completion}", choice_strings: YN, choice_scores: { Y: 1, N: 0 }, input_outputs: { input: completion } }\n';
    writeFileSync(join(root, "modelgraded/right.yaml"), spec);
    const graded =
      "graded.test.v1: { class: model-graded, judge: judge, args: { samples_jsonl: sums/rows.jsonl, modelgraded_spec: right } }\n";
    writeFileSync(join(root, "evals/graded.yaml"), graded);
    const judge = `judge: { class: http, args: { url: "${mock.url}", model: judge-1 } }\n`;
    writeFileSync(join(root, "completion-fns/judge.yaml"), judge);
    writeFileSync(join(root, "prices.yaml"), priceTable);
    const run = (...more: string[]) => finegauge(["run", "mock", "graded.test.v1", "--no-report", ...more], { cwd: folder });
    return { mock, run };
  }
  const asked = (mock: MockOpenai, model: string) => mock.asked.filter(({ body }) => body.model === model).length;

  test("counts what judges cost, shows it apart, and leaves what was not judged for the next session", async () => {
    using scratch = scratchFolder();
    const both = "prices: { mock-1: { input: 0, output: 5000 }, judge-1: { input: 0, output: 15000 } }\n";
    const { mock, run } = await beginJudged(scratch.path, both);
    const stopped = await run("--budget", "$0.80");
    expect(stopped).toMatchObject({ code: 3 });
    expect(stopped.stderr).toContain("judged by judge, which costs extra");
    const spent = asked(mock, "mock-1") * cent + asked(mock, "judge-1") * 3 * cent;
    expect(spent).toBeGreaterThanOrEqual(0.8 - 1e-9);
    expect(spent).toBeLessThan(0.8 + 3 * cent);

    const finished = await run();
    expect(finished).toMatchObject({ code: 0 });
    expect(finished.stdout).toContain("cost    $0.40 and $1.20 for judges\n");
    expect([asked(mock, "mock-1"), asked(mock, "judge-1")]).toEqual([40, 40]);
    const end = linesIn(scratch.path).at(-1);
    expect(end).toMatchObject({
      cost: { model: expect.closeTo(0.4, 9), judge: expect.closeTo(1.2, 9) },
      counts: { unscored: 0 },
    });
    await mock.close();
  });

  test("is refused where the judge's price is unknown", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await beginJudged(scratch.path, prices);
    const { code, stderr } = await run("--budget", "$5");
    expect(code).toBe(2);
    expect(stderr).toContain("a budget in dollars cannot hold for judge: its price is unknown");
    expect(mock.asked).toEqual([]);
    await mock.close();
  });
});

describe("a dry run", () => {
  test("asks nobody, and needs neither a key nor a server, to say what a run would cost", async () => {
    using scratch = scratchFolder();
    const { mock } = await begin(scratch.path);
    const inScratch = { cwd: scratch.path };
    const known = await finegauge(["run", "mock", "sums", "--dry-run", "--max-tokens", "2"], inScratch);
    expect(known).toMatchObject({ code: 0 });
    expect(known.stderr).toMatch(
      /sums\.test\.v1 on mock: 200 requests · about 923 tokens in, at most 400 out · at most about \$2\.00/,
    );
    expect(mock.requests).toEqual([]);
    await mock.close();

    const models = ["gpt-4.1-mini", "ft:gpt-4.1-nano-2025-04-14:acme::x", "gpt-of-tomorrow", "azure:prod", "mock"];
    const { code, stderr } = await finegauge(["run", models.join(","), "sums", "--dry-run", "--max-tokens", "8"], inScratch);
    expect(code).toBe(0);
    const plans = stderr.split("\n").filter((line) => line.startsWith("plan  "));
    expect(plans).toHaveLength(models.length);
    expect(plans[0]).toContain("gpt-4.1-mini: 200 requests · about 923 tokens in, at most 1.6k out · at most about $0.0029");
    expect(plans[1]).toContain("at most about $0.0015");
    expect(plans[2]).toContain("price unknown");
    expect(plans[3]).toContain("price unknown");
    expect(globSync("reports/**", { cwd: scratch.path })).toEqual([]);
  });

  test("says too what a budget would refuse", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path);
    const { code, stderr } = await run("--dry-run", "--budget", "$0.01");
    expect(code).toBe(3);
    expect(stderr).toMatch(/plan .*[\s\S]*error run\.budget-spent: this takes at least \$1\.00/);
    expect(mock.requests).toEqual([]);
    await mock.close();
  });
});
