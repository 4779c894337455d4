import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anyPace,
  busy,
  exact,
  failing,
  gate,
  judging,
  modelOf,
  numbered,
  numbers,
  parrot,
  quickClock,
  tallyOf,
} from "../../test/support/engine-values.ts";
import type { CompletionFn } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Observer } from "../core/observer.ts";
import type { SampleLine, ScoreLine } from "../core/run-line.ts";
import type { Scorer } from "../core/score.ts";
import { failureWatch } from "./failure-watch.ts";
import { defaultRetry } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import { runSamples, type SamplesSetup } from "./run-samples.ts";
import { createStop } from "./stop.ts";

interface Options {
  readonly fn?: CompletionFn;
  readonly scorers?: readonly Scorer[];
  readonly more?: Partial<SamplesSetup>;
}

function setupOf({ fn = parrot, scorers = [exact], more = {} }: Options = {}) {
  const stop = createStop();
  const lines: (SampleLine | ScoreLine)[] = [];
  const source = more.source ?? numbered(10);
  const attempts = more.attempts ?? 1;
  const setup: SamplesSetup = {
    source,
    attempts,
    seed: 0,
    sampling: {},
    topLogprobs: undefined,
    workers: 4,
    inputs: true,
    keptPaths: [],
    wrap: undefined,
    asking: {
      fn,
      pace: anyPace({ stop }),
      retry: defaultRetry,
      budget: retryBudget(100),
      clock: quickClock(),
      stop,
      random: () => 0.5,
      redact: (text) => text,
      startedAt: 0,
    },
    scoring: { scorers, judges: [], seed: 0, signal: stop.drop, redact: (text) => text },
    isDone: () => false,
    doneBefore: 0,
    append: (line) => void lines.push(JSON.parse(line)),
    tally: tallyOf({ spec: numbers, source, attempts }),
    observers: [],
    progress: { inFlight: 0, finished: 0 },
    judgeWatch: failureWatch(),
    ...more,
  };
  return { setup, stop, lines, seqs: () => lines.map(({ seq }) => seq).sort((a, b) => a - b) };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("runSamples", () => {
  test("asks each pair once, whatever the width, the attempts, what is done, and the order of completion", async () => {
    const runs = fc.record({
      samples: fc.integer({ min: 0, max: 30 }),
      attempts: fc.integer({ min: 1, max: 3 }),
      width: fc.integer({ min: 1, max: 12 }),
      done: fc.array(fc.nat({ max: 89 })),
      turns: fc.array(fc.nat({ max: 4 }), { minLength: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(runs, async ({ samples, attempts, width, done, turns }) => {
        const pairs = samples * attempts;
        const before = new Set(done.filter((seq) => seq < pairs));
        let [asked, inFlight, most] = [0, 0, 0];
        const fn = modelOf(async (question) => {
          most = Math.max(most, ++inFlight);
          for (let turn = turns[asked++ % turns.length] as number; turn > 0; turn--) await nextTurn();
          inFlight--;
          return question;
        });
        const more = {
          source: numbered(samples),
          attempts,
          workers: width,
          isDone: (seq: number) => before.has(seq),
          doneBefore: before.size,
        };
        const { setup, lines, seqs } = setupOf({ fn, more });
        expect(await runSamples(setup)).toBe(true);
        expect(seqs()).toEqual(upTo(pairs).filter((seq) => !before.has(seq)));
        expect(asked).toBe(pairs - before.size);
        expect(most).toBeLessThanOrEqual(width);
        expect(setup.progress).toEqual({ inFlight: 0, finished: asked });
        for (const line of lines) {
          expect(line.seq).toBe(line.index * attempts + line.attempt);
          expect(line.scores).toEqual([{ name: "accuracy", value: 1, passed: true }]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("reads a sample only when a worker is free for it, and once for all its attempts", async () => {
    const source = numbered(20);
    const { opened, open } = gate();
    const fn = modelOf(async (question) => {
      await opened;
      return question;
    });
    const { setup } = setupOf({ fn, more: { source, attempts: 2, workers: 6 } });
    const running = runSamples(setup);
    await nextTurn();
    expect(setup.progress).toEqual({ inFlight: 6, finished: 0 });
    expect(source.pulled).toEqual([0, 1, 2]);
    open();
    await running;
    expect(source.pulled).toEqual(upTo(20));
  });

  test("has a line appended in the turn of its reply", async () => {
    const { lines, setup } = setupOf({ more: { source: numbered(1) } });
    const running = runSamples(setup);
    await nextTurn();
    expect(lines).toHaveLength(1);
    await running;
  });

  test("lets timers and signals have their turn while a model answers at once", async () => {
    let turns = 0;
    let running = true;
    const tick = () => {
      turns++;
      if (running) setImmediate(tick);
    };
    setImmediate(tick);
    await runSamples(setupOf({ more: { source: numbered(5000) } }).setup);
    running = false;
    expect(turns).toBeGreaterThan(10);
  });

  test("notes an error as an error, and goes on", async () => {
    const fn = modelOf((question) => {
      if (question === "3") throw failing("provider.rejected", { status: 400 });
      return question;
    });
    const { setup, lines } = setupOf({ fn });
    expect(await runSamples(setup)).toBe(true);
    const wrong = lines.find(({ seq }) => seq === 3) as SampleLine;
    expect(wrong.error).toMatchObject({ code: "provider.rejected", tries: [{ status: 400 }] });
    expect([wrong.scores, wrong.completion]).toEqual([undefined, undefined]);
    expect(setup.tally.counts()).toMatchObject({ done: 10, errors: 1 });
  });

  test("gives up on a server that is not there, without asking all that is left", async () => {
    const source = numbered(1000);
    const fn = modelOf(() => {
      throw failing("provider.unreachable");
    });
    const { setup, stop, lines } = setupOf({ fn, more: { source } });
    expect(await runSamples(setup)).toBe(false);
    expect(stop.reason()).toBe("provider.unreachable");
    expect(lines.length).toBeGreaterThanOrEqual(20);
    expect(lines.length).toBeLessThan(30);
  });

  test("tells observers of every line, and stops when one says so", async () => {
    const seen: number[] = [];
    const observer: Observer = {
      observe: ({ seq }) => void seen.push(seq),
      stop: () => (seen.length >= 5 ? "run.budget-spent" : null),
    };
    const { setup, stop, seqs } = setupOf({ more: { source: numbered(100), observers: [observer], workers: 3 } });
    expect(await runSamples(setup)).toBe(false);
    expect(stop.reason()).toBe("run.budget-spent");
    expect(stop.drop.aborted).toBe(false);
    expect(seen.sort((a, b) => a - b)).toEqual(seqs());
    expect(seen.length).toBeLessThanOrEqual(5 + 3);
  });

  describe("when it is stopped", () => {
    test("what is in flight finishes, and nothing else is begun", async () => {
      const { opened, open } = gate();
      const fn = modelOf(async (question) => {
        await opened;
        return question;
      });
      const source = numbered(50);
      const { setup, stop, seqs } = setupOf({ fn, more: { source } });
      const running = runSamples(setup);
      await nextTurn();
      stop.request("run.interrupted");
      open();
      expect(await running).toBe(false);
      expect(seqs()).toEqual([0, 1, 2, 3]);
    });

    test("at once, what is in flight leaves no line: neither an answer nor an error", async () => {
      const fn = modelOf(
        (question, { signal }) =>
          new Promise((resolve, reject) => {
            if (Number(question) < 2) resolve(question);
            else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          }),
      );
      const { setup, stop, seqs } = setupOf({ fn });
      const running = runSamples(setup);
      await nextTurn();
      stop.request("run.interrupted", true);
      expect(await running).toBe(false);
      expect(seqs()).toEqual([0, 1]);
      expect(setup.progress).toEqual({ inFlight: 0, finished: 2 });
    });

    test("before it begins, it asks nothing", async () => {
      const source = numbered(10);
      const { setup, stop, lines } = setupOf({ more: { source } });
      stop.request("run.interrupted");
      expect(await runSamples(setup)).toBe(false);
      expect([lines, source.pulled]).toEqual([[], []]);
    });

    test("after the last reply was asked for, it is whole", async () => {
      const fn = modelOf((question) => {
        if (question === "9") stop.request("run.interrupted");
        return question;
      });
      const { setup, stop, seqs } = setupOf({ fn });
      expect(await runSamples(setup)).toBe(true);
      expect(seqs()).toEqual(upTo(10));
    });

    test("in the wait between two tries, it leaves no line", async () => {
      const fn = modelOf(() => {
        stop.request("run.interrupted");
        throw busy();
      });
      const { setup, stop, lines } = setupOf({ fn });
      expect(await runSamples(setup)).toBe(false);
      expect(lines).toEqual([]);
    });
  });

  describe("late scorers", () => {
    test("are asked when the reply has its line, and have a line of their own", async () => {
      const order: string[] = [];
      const late = judging((reply) => {
        order.push(`judge ${reply}`);
        return reply === "1";
      });
      const { setup, lines } = setupOf({ scorers: [exact, late], more: { source: numbered(2), workers: 1 } });
      const append = (line: string) => {
        order.push(JSON.parse(line).type);
        setup.append(line);
      };
      expect(await runSamples({ ...setup, append })).toBe(true);
      expect(order).toEqual(["sample", "judge 0", "score", "sample", "judge 1", "score"]);
      expect(lines.filter(({ type }) => type === "score")).toEqual([
        { type: "score", id: "numbers.0", attempt: 0, seq: 0, index: 0, scores: [{ name: "liked", value: 0 }] },
        { type: "score", id: "numbers.1", attempt: 0, seq: 1, index: 1, scores: [{ name: "liked", value: 1 }] },
      ]);
    });

    test("keep no model waiting: 20 replies may wait for them, whatever the width", async () => {
      const { opened, open } = gate();
      const late = judging(() => opened.then(() => true));
      const { setup, seqs, lines } = setupOf({ scorers: [exact, late], more: { source: numbered(30), workers: 1 } });
      const running = runSamples(setup);
      await nextTurn();
      expect(seqs()).toEqual(upTo(20));
      open();
      expect(await running).toBe(true);
      expect(lines.filter(({ type }) => type === "score")).toHaveLength(30);
    });

    test("that cannot be written end the run", async () => {
      const { setup } = setupOf({ scorers: [exact, judging(() => true)], more: { source: numbered(9) } });
      const append = (line: string) => {
        if (line.startsWith('{"type":"score"')) throw failing("run.disk");
        setup.append(line);
      };
      await expect(runSamples({ ...setup, append })).rejects.toMatchObject({ code: "run.disk" });
    });

    test("are not asked about errors", async () => {
      const fn = modelOf(() => {
        throw failing("provider.rejected");
      });
      const late = judging(() => {
        throw new Error("asked");
      });
      const { setup, lines } = setupOf({ fn, scorers: [late], more: { source: numbered(3) } });
      expect(await runSamples(setup)).toBe(true);
      expect(lines.map(({ type }) => type)).toEqual(["sample", "sample", "sample"]);
    });

    test("may finish when a stop lets what is in flight finish", async () => {
      const late = judging(() => {
        stop.request("run.interrupted");
        return true;
      });
      const { setup, stop, lines } = setupOf({ scorers: [late], more: { workers: 1 } });
      expect(await runSamples(setup)).toBe(false);
      expect(lines.map(({ type, seq }) => [type, seq])).toEqual([
        ["sample", 0],
        ["score", 0],
      ]);
    });

    test("that are cut off leave the reply waiting for its scores", async () => {
      const late = judging(async (_, signal) => {
        stop.request("run.interrupted", true);
        signal.throwIfAborted();
        return true;
      });
      const { setup, stop, lines } = setupOf({ scorers: [late], more: { workers: 1, source: numbered(1) } });
      expect(await runSamples(setup)).toBe(false);
      expect(lines.map(({ type }) => type)).toEqual(["sample"]);
    });
  });

  describe("a defect", () => {
    test("of the function ends the run with what was thrown first, and drops the rest", async () => {
      const first = new TypeError("first");
      const fn = modelOf(async (question, { signal }) => {
        if (question === "2") throw first;
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
        throw new TypeError("a consequence");
      });
      const { setup, stop, lines } = setupOf({ fn });
      await expect(runSamples(setup)).rejects.toBe(first);
      expect([stop.reason(), stop.drop.aborted, lines]).toEqual(["internal", true, []]);
    });

    test("of which others follow is told as the first was", async () => {
      let nth = 0;
      const observer: Observer = { observe: () => thrower(new Error(`defect ${nth++}`)) };
      await expect(runSamples(setupOf({ more: { observers: [observer], workers: 4 } }).setup)).rejects.toThrow("defect 0");
      expect(nth).toBe(4);
    });

    test.each([
      { name: "the file", more: { append: () => thrower(new FinegaugeError("run.disk", "full")) }, reason: "run.disk" },
      {
        name: "a tally",
        more: {
          tally: { ...tallyOf({ spec: numbers, source: numbered(1), attempts: 1 }), observe: () => thrower(new Error("odd")) },
        },
        reason: "internal",
      },
      {
        name: "the data",
        more: { source: { ...numbered(10), at: () => thrower(new FinegaugeError("data.invalid", "changed")) } },
        reason: "data.invalid",
      },
    ])("of $name too, and with its reason", async ({ more, reason }) => {
      const { setup, stop } = setupOf({ more });
      await expect(runSamples(setup)).rejects.toThrow();
      expect(stop.reason()).toBe(reason);
    });
  });
});

function thrower(error: Error): never {
  throw error;
}
