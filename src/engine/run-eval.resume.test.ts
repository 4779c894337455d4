import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  exact,
  failing,
  failingAt,
  gate,
  judging,
  modelOf,
  numbered,
  numbers,
  quickClock,
  runTo,
  tallyOf,
} from "../../test/support/engine-values.ts";
import { gather } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Scorer } from "../core/score.ts";
import { readRun } from "../runs/index.ts";
import { createStop } from "./stop.ts";

const newFile = () => join(temporaryFolder(), "eval", "model", "run.jsonl");
const seqsOf = (lines: readonly { type: string; seq: number }[], type = "sample") =>
  lines.filter((line) => line.type === type).map(({ seq }) => seq);

/** The numbers of a run, from its file alone. */
async function numbersOf(file: string) {
  const stored = await readRun(file);
  const tally = tallyOf({ spec: numbers, source: numbered(stored.run.data.selected), attempts: stored.run.attempts });
  for (const line of await gather(stored.samples())) tally.observe(line);
  return numbersIn(tally);
}

function numbersIn(tally: ReturnType<typeof tallyOf>) {
  return { counts: tally.counts(), metrics: tally.metrics(), usage: tally.usage(), served: tally.served() };
}

describe("going on with a run", () => {
  test.each([
    { found: 37, concurrency: undefined, start: 37 },
    { found: undefined, concurrency: undefined, start: 20 },
    { found: 500, concurrency: undefined, start: 100 },
    { found: 37, concurrency: 9, start: 9 },
  ])(
    "begins $start wide where $found was found and $concurrency is asked for, and the last line says what came of it",
    async (row) => {
      const { found: width, concurrency, start } = row;
      const { fn } = failingAt(2);
      const { file, end: before } = await runTo(newFile(), { fn, concurrency });
      expect(before.width).toMatchObject({ start: concurrency ?? 20, refused: 0, pauses: 0 });
      const { end } = await runTo("", { concurrency }, { target: { resume: file as string, width } });
      expect(end.width).toEqual({ start, least: start, most: start, last: start, refused: 0, pauses: 0, paused_ms: 0 });
    },
  );

  test("asks what is missing and what ended in errors, tells what there is, and shows it to everybody", async () => {
    const { fn } = failingAt(2, 7);
    const { file } = await runTo(newFile(), { fn });
    const seen: number[] = [];
    const told: unknown[] = [];
    const { fn: mended, asked } = failingAt();
    const { end, lines } = await runTo(
      "",
      { fn: mended },
      {
        target: { resume: file as string },
        observers: [{ observe: ({ seq }) => void seen.push(seq) }],
        onResumed: ({ done, droppedErrors }) => told.push([done.count, droppedErrors]),
      },
    );
    expect(asked).toEqual([2, 7]);
    expect(told).toEqual([[8, 2]]);
    expect(seen).toEqual([0, 1, 3, 4, 5, 6, 8, 9, 2, 7]);
    expect(end).toMatchObject({ status: "complete", counts: { done: 10, errors: 0 } });
    expect(lines.find(({ type }) => type === "session")).toMatchObject({ dropped_errors: 2, tool: "finegauge 0.1.0" });
  });

  test("is not given up because what was refused before is refused again", async () => {
    const refused = Array.from({ length: 30 }, (_, i) => i * 10);
    const inputs = { source: numbered(1000), fn: failingAt(...refused).fn };
    const { file } = await runTo(newFile(), inputs);
    const { end } = await runTo("", inputs, { target: { resume: file as string }, maxErrorRate: 0.05 });
    expect(end).toMatchObject({ status: "complete", counts: { done: 1000, errors: 30 } });
  });

  test("adds up the time of all sessions", async () => {
    const slow = (ms: number) => {
      const clock = quickClock();
      const fn = modelOf(async (question) => {
        await clock.sleep(ms, new AbortController().signal);
        if (question === "5") throw failing("provider.rejected");
        return question;
      });
      return { clock, fn };
    };
    const [first, second] = [slow(100), slow(1000)];
    const { file, end } = await runTo(newFile(), { fn: first.fn }, { clock: first.clock });
    expect(end.wall_ms).toBe(1000);
    const resumed = await runTo("", { fn: second.fn }, { clock: second.clock, target: { resume: file as string } });
    expect(resumed.end.wall_ms).toBe(2000);
  });

  test("refuses another run, a complete one, and one that is being written", async () => {
    const { file } = await runTo(newFile());
    const target = { resume: file as string };
    const before = readFileSync(file as string, "utf8");
    await expect(runTo("", {}, { target })).rejects.toMatchObject({ code: "run.resume-mismatch" });
    await expect(runTo("", { seed: 9 }, { target })).rejects.toMatchObject({ code: "run.resume-mismatch" });
    expect(readFileSync(file as string, "utf8")).toBe(before);

    const { opened, open } = gate();
    const other = newFile();
    const running = runTo(other, { fn: modelOf((question) => opened.then(() => question)) });
    await nextTurn();
    await expect(runTo("", {}, { target: { resume: other } })).rejects.toMatchObject({ code: "run.locked" });
    open();
    await running;
  });

  test("scores replies whose late scores never came, without asking the model again", async () => {
    const stop = createStop();
    const cutOff = judging(async (reply, signal) => {
      if (reply === "1") stop.request("run.interrupted", true);
      signal.throwIfAborted();
      return true;
    });
    const { file, lines } = await runTo(newFile(), { scorers: [exact, cutOff], source: numbered(4), concurrency: 1 }, { stop });
    expect([seqsOf(lines), seqsOf(lines, "score")]).toEqual([[0, 1], [0]]);

    const judged: string[] = [];
    const { fn, asked } = failingAt();
    const scorers = [exact, judging((reply) => judged.push(reply) > 0)];
    const { end, file: whole } = await runTo("", { fn, scorers, source: numbered(4) }, { target: { resume: file as string } });
    expect([asked, judged]).toEqual([
      [2, 3],
      ["1", "2", "3"],
    ]);
    expect(end.status).toBe("complete");
    const samples = await gather((await readRun(whole as string)).samples());
    expect(samples.map(({ scores }) => scores?.map(({ name, value }) => [name, value]))).toEqual(
      Array(4).fill([
        ["accuracy", 1],
        ["liked", 1],
      ]),
    );
  });

  test("stops when the judge is gone, and asks it again about what it never answered", async () => {
    const away: Scorer = {
      ...judging(() => true),
      score: async () => [{ name: "liked", value: null, unscored: { code: "provider.auth", message: "judge: who are you" } }],
    };
    const source = numbered(60);
    const first = await runTo(newFile(), { scorers: [exact, away], source, concurrency: 5 });
    expect([first.end.status, first.end.reason]).toEqual(["failed", "provider.auth"]);
    const answered = seqsOf(first.lines).length;
    expect(answered).toBeGreaterThanOrEqual(20);
    expect(answered).toBeLessThan(60);

    const { fn, asked } = failingAt();
    const scorers = [exact, judging(() => true)];
    const second = await runTo("", { fn, scorers, source, concurrency: 5 }, { target: { resume: first.file as string } });
    expect(asked).toHaveLength(60 - answered);
    expect([second.end.status, second.end.counts.unscored]).toEqual(["complete", 0]);
    const samples = await gather((await readRun(second.file as string)).samples());
    expect(samples.filter(({ scores }) => scores?.find(({ name }) => name === "liked")?.value === 1)).toHaveLength(60);
  });

  test.each([1, 2])("stays stopped when it is stopped again before %i waiting replies are scored", async (waiting) => {
    const stopAt = (stop: ReturnType<typeof createStop>) =>
      judging(async (_, signal) => {
        stop.request("run.interrupted", true);
        signal.throwIfAborted();
        return true;
      });
    const inputs = { source: numbered(waiting), concurrency: waiting };
    const first = createStop();
    const { file } = await runTo(newFile(), { ...inputs, scorers: [stopAt(first)] }, { stop: first });
    for (const stop of [createStop(), createStop()]) {
      const { end, lines } = await runTo(
        "",
        { ...inputs, scorers: [stopAt(stop)] },
        { stop, target: { resume: file as string } },
      );
      expect([end.status, seqsOf(lines, "score")]).toEqual(["stopped", []]);
    }
  });

  test("comes to the same numbers as never having stopped, and as its file read again", async () => {
    const folder = temporaryFolder();
    const samples = 12;
    const hard = (question: string) => (Number(question) % 3 === 0 ? "wrong" : question);
    const late = judging((reply) => reply.length > 1);
    const inputs = { source: numbered(samples), scorers: [exact, late], attempts: 2 };
    const straight = await runTo(join(folder, "straight.jsonl"), { ...inputs, fn: modelOf(hard) }, { maxErrorRate: 1 });
    const wanted = numbersIn(straight.tally);
    expect(await numbersOf(straight.file as string)).toEqual(wanted);

    let nth = 0;
    const session = fc.record({
      stopAfter: fc.nat({ max: 20 }),
      atOnce: fc.boolean(),
      failEvery: fc.integer({ min: 2, max: 9 }),
      width: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(session, { maxLength: 4 }), async (sessions) => {
        const file = join(folder, `${nth++}.jsonl`);
        for (const { stopAfter, atOnce, failEvery, width } of sessions) {
          const stop = createStop();
          let asked = 0;
          const fn = modelOf(async (question, { signal }) => {
            if (++asked > stopAfter) stop.request("run.interrupted", atOnce);
            await nextTurn();
            signal.throwIfAborted();
            if (asked % failEvery === 0) throw failing("provider.rejected");
            return hard(question);
          });
          const target = existsSync(file) ? { target: { resume: file } } : {};
          const { end } = await runTo(file, { ...inputs, fn, concurrency: width }, { stop, maxErrorRate: 0, ...target });
          if (end.status === "complete") break;
        }
        const begun = existsSync(file) ? await readRun(file) : undefined;
        if (begun?.end?.status !== "complete") {
          const target = begun === undefined ? {} : { target: { resume: file } };
          const { tally, end } = await runTo(file, { ...inputs, fn: modelOf(hard) }, target);
          expect(end.status).toBe("complete");
          expect(numbersIn(tally)).toEqual(wanted);
        }
        expect(await numbersOf(file)).toEqual(wanted);
        const seqs = (await gather((await readRun(file)).samples())).map(({ seq }) => seq);
        expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: samples * 2 }, (_, seq) => seq));
      }),
      { numRuns: 40 },
    );
  });
});
