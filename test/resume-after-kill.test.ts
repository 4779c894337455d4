import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../src/core/random.ts";
import { finegauge, scratchFolder, startFinegauge } from "./support/finegauge.ts";
import { type MockOpenai, startMockOpenai } from "./support/mock-openai.ts";
import { answerSums, questionIn, writeSumsRegistry } from "./support/sums-registry.ts";

const samples = 400;

interface Line {
  type: string;
  id?: string;
  seq?: number;
  error?: unknown;
  input?: { content: string }[];
  metrics?: unknown;
  status?: string;
  counts?: unknown;
}

/** Whole lines of the only run file under a folder. */
function lines(out: string): Line[] {
  const [file, ...more] = globSync("**/*.jsonl", { cwd: out });
  expect(more).toEqual([]);
  if (file === undefined) return [];
  const text = readFileSync(join(out, file), "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

function questions(found: readonly Line[]): Set<string> {
  return new Set(
    found.flatMap(({ type, input, error }) => (type === "sample" && error === undefined ? [input?.at(-1)?.content ?? ""] : [])),
  );
}

/** A run's samples, each once, and what its last line says of them. */
function outcome(out: string) {
  const found = lines(out);
  const asked = found.filter(({ type }) => type === "sample");
  const { status, metrics, counts } = found.findLast(({ type }) => type === "end") ?? {};
  return { seqs: asked.map(({ seq }) => seq).sort((a, b) => Number(a) - Number(b)), status, metrics, counts };
}

/** Waits until the mock was asked so many more questions, or the command has ended. */
async function untilAsked(mock: MockOpenai, more: number, ended: Promise<unknown>): Promise<void> {
  const goal = mock.asked.length + more;
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && mock.asked.length < goal) await wait(2);
}

describe("a run killed at any moment is finished by running it again", () => {
  test("never interrupted, stopped by Ctrl-C, killed ten times: the same samples, the same numbers to the last bit, nothing asked twice", async () => {
    using scratch = scratchFolder();
    const mock = await startMockOpenai({ answer: answerSums, delayMs: 15 });
    writeSumsRegistry(scratch.path, { samples, url: mock.url, evalMore: "  group_by: metadata.group\n" });
    const args = (out: string) => ["run", "mock", "sums", "--out", out, "--concurrency", "8", "--no-report", "--quiet"];
    const inScratch = { cwd: scratch.path };
    const folder = (name: string) => join(scratch.path, name);

    const whole = await finegauge(args("whole"), inScratch);
    expect(whole).toMatchObject({ code: 0 });
    const expected = outcome(folder("whole"));
    expect(expected.seqs).toEqual(Array.from({ length: samples }, (_, seq) => seq));
    expect(expected.status).toBe("complete");

    const stopped = startFinegauge(args("stopped"), inScratch);
    await untilAsked(mock, 100, stopped.ended);
    stopped.child.kill("SIGINT");
    const { code, stderr, stdout } = await stopped.ended;
    expect(code).toBe(130);
    expect(`${stdout}${stderr}`).toContain("the same command again goes on with it");
    const kept = questions(lines(folder("stopped")));
    expect(kept.size).toBeGreaterThanOrEqual(80);
    const before = mock.asked.length;
    expect(await finegauge(args("stopped"), inScratch)).toMatchObject({ code: 0 });
    // Ctrl-C lets what is in flight finish, so that every question was asked exactly once.
    expect(mock.asked.length - before + kept.size).toBe(samples);
    expect(outcome(folder("stopped"))).toEqual(expected);

    const random = seededRandom(20261120);
    for (let kill = 0; kill < 10; kill++) {
      const answered = questions(lines(folder("killed")));
      const from = mock.asked.length;
      const running = startFinegauge(args("killed"), inScratch);
      await untilAsked(mock, 1 + Math.floor(random() * 30), running.ended);
      await wait(random() * 10);
      running.child.kill("SIGKILL");
      expect((await running.ended).signal).toBe("SIGKILL");
      expect(mock.asked.slice(from).filter((request) => answered.has(questionIn(request)))).toEqual([]);
    }
    const answered = questions(lines(folder("killed")));
    const from = mock.asked.length;
    expect(await finegauge(args("killed"), inScratch)).toMatchObject({ code: 0 });
    expect(mock.asked.slice(from).filter((request) => answered.has(questionIn(request)))).toEqual([]);
    expect(outcome(folder("killed"))).toEqual(expected);
    await mock.close();
  }, 120_000);

  test("two runs into one folder at once never touch each other's file", async () => {
    using scratch = scratchFolder();
    const mock = await startMockOpenai({ answer: answerSums, delayMs: 10 });
    writeSumsRegistry(scratch.path, { samples: 120, url: mock.url });
    const args = ["run", "mock", "sums", "--out", "both", "--concurrency", "4", "--no-report", "--json"];
    const outcomes = await Promise.all([1, 2, 3].map(() => finegauge(args, { cwd: scratch.path })));
    const files = outcomes.map(({ code, stdout }) => {
      expect(code).toBe(0);
      return (JSON.parse(stdout) as { runs: { file: string }[] }).runs[0]?.file as string;
    });
    expect(new Set(files).size).toBe(3);
    for (const file of files) {
      const found = readFileSync(join(scratch.path, file), "utf8").trimEnd().split("\n");
      const seqs = found.map((line) => JSON.parse(line) as Line).flatMap(({ type, seq }) => (type === "sample" ? [seq] : []));
      expect(seqs.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 120 }, (_, seq) => seq));
    }
    expect(mock.asked.length).toBe(360);
    await mock.close();
  });
});
