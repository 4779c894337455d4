import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { errorReply, type MockAnswer, startMockOpenai } from "./support/mock-openai.ts";
import { answerSums, writeSumsRegistry } from "./support/sums-registry.ts";

/** Every form in which servers say how long to wait. */
const forms: { readonly [name: string]: (ms: number) => MockAnswer } = {
  seconds: (ms) => refusal({ "retry-after": String(Math.ceil(ms / 1000)) }),
  "an HTTP date": (ms) => refusal({ "retry-after": new Date(Math.ceil((Date.now() + ms) / 1000) * 1000).toUTCString() }),
  milliseconds: (ms) => refusal({ "retry-after-ms": String(Math.ceil(ms)) }),
  "a limit's reset": (ms) =>
    refusal({ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": `${Math.ceil(ms)}ms` }),
  "its message": (ms) => refusal({}, `Rate limit reached. Please try again in ${(Math.ceil(ms) / 1000).toFixed(3)}s.`),
};

function refusal(headers: { readonly [name: string]: string }, message = "Rate limit reached."): MockAnswer {
  return errorReply(429, { message, code: "rate_limit_exceeded", type: "requests" }, headers);
}

// biome-ignore lint/suspicious/noExplicitAny: lines of any type, looked into by the tests
function linesIn(folder: string): any[] {
  const files = globSync("reports/**/*.jsonl", { cwd: folder });
  expect(files).toHaveLength(1);
  return readFileSync(join(folder, files[0] as string), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function expectEachOnce(folder: string, samples: number): void {
  const asked = linesIn(folder).filter(({ type }) => type === "sample");
  expect(new Set(asked.map(({ seq }) => seq)).size).toBe(samples);
  expect(asked).toHaveLength(samples);
  for (const { error, scores } of asked) expect([error, scores[0].name]).toEqual([undefined, "accuracy"]);
}

const run = (cwd: string, ...more: string[]) => finegauge(["run", "mock", "sums", "--no-report", ...more], { cwd });

describe("a server that takes 50 requests a second", () => {
  test("is asked everything once, without an error; what it takes is found out, and stands in the run", async () => {
    using scratch = scratchFolder();
    const samples = 300;
    const taken: number[] = [];
    const tellings = Object.values(forms);
    let refusals = 0;
    const mock = await startMockOpenai({
      answer: (request) => {
        if (request.method === "GET") return answerSums(request);
        const now = performance.now();
        while (taken[0] !== undefined && taken[0] <= now - 1000) taken.shift();
        const oldest = taken[0];
        if (oldest !== undefined && taken.length >= 50) {
          return (tellings[refusals++ % tellings.length] as (typeof tellings)[number])(oldest + 1000 - now);
        }
        taken.push(now);
        return answerSums(request);
      },
    });
    writeSumsRegistry(scratch.path, { samples, url: mock.url });
    const { code, stdout, stderr } = await run(scratch.path, "--json");
    expect(code).toBe(0);
    expect(stderr).toContain("20 at a time, adapting 4 to 100");
    expectEachOnce(scratch.path, samples);
    expect(refusals).toBeGreaterThan(0);

    const lines = linesIn(scratch.path);
    expect(lines[0]).toMatchObject({ type: "run", concurrency: 20 });
    const { width } = lines.at(-1);
    expect(width).toMatchObject({ start: 20, refused: refusals, per_second: expect.any(Number) });
    expect(width.least).toBeLessThan(20);
    expect(width.last).toBeLessThanOrEqual(width.most);
    expect(width.pauses).toBeGreaterThan(0);
    expect(JSON.parse(stdout).runs[0].width).toEqual(width);
    const tries = lines.flatMap(({ completion }) => completion?.tries ?? []);
    expect(tries).toHaveLength(refusals);
    for (const { status, code: said } of tries) expect([status, said]).toEqual([429, "provider.rate"]);
    await mock.close();
  }, 60_000);
});

describe("when one request is told to wait", () => {
  const waitMs = 2000;

  test.each([
    ...Object.keys(forms).map((form) => ({ form, more: [] as string[] })),
    { form: "seconds", more: ["--concurrency", "30"] },
  ])(
    "nobody asks in that time: $form $more",
    async ({ form, more }) => {
      using scratch = scratchFolder();
      let toldAt: number | undefined;
      const arrivals: number[] = [];
      const mock = await startMockOpenai({
        delayMs: 20,
        answer: (request) => {
          if (request.method === "GET") return answerSums(request);
          arrivals.push(performance.now());
          if (request.index !== 100) return answerSums(request);
          toldAt = performance.now();
          return (forms[form] as (ms: number) => MockAnswer)(waitMs);
        },
      });
      writeSumsRegistry(scratch.path, { samples: 200, url: mock.url });
      const { code, stdout } = await run(scratch.path, "--quiet", ...more);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^width {3}1 request refused for coming too soon, 1 pause of /m)]);
      const report = await finegauge(["report", "sums@mock", "--format", "md"], { cwd: scratch.path });
      expect(report.stdout).toContain(": 1 request refused for coming too soon, 1 pause of ");
      expectEachOnce(scratch.path, 200);
      expect(linesIn(scratch.path).at(-1).width).toMatchObject({ refused: 1, pauses: 1 });
      const since = arrivals.map((at) => at - (toldAt as number));
      // What was on its way already arrives in the first half.
      expect(since.filter((ms) => ms > waitMs / 2 && ms < waitMs - 100)).toEqual([]);
      expect(since.filter((ms) => ms >= waitMs - 100).length).toBeGreaterThan(50);
      await mock.close();
    },
    60_000,
  );
});

test("a spent quota is no sign to wait: the run ends, and says so", async () => {
  using scratch = scratchFolder();
  const message = "You exceeded your current quota, please check your plan and billing details.";
  const mock = await startMockOpenai({
    answer: (request) =>
      request.method === "GET"
        ? answerSums(request)
        : errorReply(429, { message, code: "insufficient_quota" }, { "retry-after": "60" }),
  });
  writeSumsRegistry(scratch.path, { samples: 100, url: mock.url });
  const { code, stderr } = await run(scratch.path);
  expect(code).toBe(3);
  expect(stderr).toContain("has no quota left for this key");
  expect(mock.asked.length).toBeLessThan(60);
  await mock.close();
});

test("a run that goes on begins with the width that it had found", async () => {
  using scratch = scratchFolder();
  let refuses = true;
  const mock = await startMockOpenai({
    answer: (request) =>
      request.method === "POST" && refuses && request.index > 150 ? errorReply(401, { message: "no" }) : answerSums(request),
    delayMs: 20,
  });
  writeSumsRegistry(scratch.path, { samples: 300, url: mock.url });
  expect(await run(scratch.path)).toMatchObject({ code: 3 });
  const before = linesIn(scratch.path).at(-1).width;
  refuses = false;
  expect(await run(scratch.path)).toMatchObject({ code: 0 });
  expect(linesIn(scratch.path).at(-1).width.start).toBe(before.last);
  await mock.close();
});
