import { describe, expect, test } from "vitest";
import { exact, failing, gate, judging, numbered } from "../../test/support/engine-values.ts";
import type { Reply, Score, Scorer } from "../core/score.ts";
import { askPlanner } from "./plan-asks.ts";
import { type ScoringSetup, scoreLate, scoreNow } from "./score-sample.ts";

const sample = numbered(3).at(2);
const replies: Reply[] = [[{ text: "2", finish: "stop", ms: 1 }]];

function setupOf(scorers: readonly Scorer[], signal = new AbortController().signal): ScoringSetup {
  return { scorers, judges: [], seed: 0, signal, redact: (text) => text.replaceAll("secret", "[redacted]") };
}

const now = (...scorers: readonly Scorer[]) => scoreNow(setupOf(scorers), sample, 0, askPlanner(scorers)(sample), replies);
const late = (setup: ScoringSetup) => scoreLate(setup, sample, 0, askPlanner(setup.scorers)(sample), replies);

const giving = (...scores: readonly unknown[]): Scorer => ({ ...exact, name: "giving", score: () => scores as Score[] });
const throwing = (thrown: unknown): Scorer => ({
  ...exact,
  name: "broken",
  score() {
    throw thrown;
  },
});

describe("scoreNow", () => {
  test("gives the scores of all scorers that need nobody else, in their order", () => {
    const scores = now(
      giving({ name: "f1_score", value: 0.5 }, { name: "length", value: 3 }),
      judging(() => true),
      exact,
    );
    expect(scores).toEqual([
      { name: "f1_score", value: 0.5 },
      { name: "length", value: 3 },
      { name: "accuracy", value: 1, passed: true },
    ]);
  });

  test.each([
    { name: "a defect of its own", thrown: new Error("no secret"), unscored: { code: "score.failed", message: "no [redacted]" } },
    { name: "a reason for the user", thrown: failing("score.sample-invalid"), unscored: { code: "score.sample-invalid" } },
    { name: "something else", thrown: undefined, unscored: { code: "score.failed", message: "undefined" } },
  ])("a scorer that throws $name has not scored, and stops no other", ({ thrown, unscored }) => {
    const scores = now(throwing(thrown), exact);
    expect(scores).toMatchObject([
      { name: "broken", value: null, unscored },
      { name: "accuracy", value: 1 },
    ]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, "1"])("takes %s for no score: JSON would lose it", (value) => {
    expect(now(giving({ name: "odd", value }))).toEqual([
      { name: "odd", value: null, unscored: { code: "score.failed", message: `the scorer gave ${value}, which is no score` } },
    ]);
  });

  test("a null says why", () => {
    const why = { code: "score.failed", message: "no label" };
    expect(now(giving({ name: "a", value: null, unscored: why }, { name: "b", value: null }))).toEqual([
      { name: "a", value: null, unscored: why },
      { name: "b", value: null, unscored: { code: "score.failed", message: "the scorer did not say why" } },
    ]);
  });

  test("a promise from a scorer that is not late is no score", () => {
    expect(now({ ...exact, score: () => Promise.resolve([]) })).toMatchObject([
      { value: null, unscored: { message: "scorer exact answered later without saying so" } },
    ]);
  });

  test("such a promise that fails afterwards ends nothing", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    now({ ...exact, score: () => Promise.reject(new Error("too late")) });
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("draws numbers that differ within a sample, and are the same in every run", () => {
    const draw = (setup: Partial<ScoringSetup>, attempt = 0, name = "draws") => {
      const drawn: number[] = [];
      const scorer: Scorer = {
        ...exact,
        name,
        score(_sample, _replies, { random }) {
          drawn.push(random(), random(), random());
          return [];
        },
      };
      scoreNow({ ...setupOf([scorer]), ...setup }, sample, attempt, askPlanner([scorer])(sample), replies);
      return drawn;
    };
    expect(new Set(draw({})).size).toBe(3);
    expect(draw({})).toEqual(draw({}));
    for (const other of [draw({ seed: 1 }), draw({}, 1), draw({}, 0, "other")]) expect(other).not.toEqual(draw({}));
  });
});

describe("scoreLate", () => {
  test("asks the late scorers side by side, and gives their scores in their order", async () => {
    const [first, second] = [gate(), gate()];
    const slow = judging(async () => {
      second.open();
      await first.opened;
      return true;
    });
    const quick = judging(async () => {
      await second.opened;
      first.open();
      return false;
    });
    expect(await late(setupOf([slow, exact, quick]))).toEqual([
      { name: "liked", value: 1 },
      { name: "liked", value: 0 },
    ]);
  });

  test("a late scorer that fails has not scored", async () => {
    const broken = judging(() => Promise.reject(new Error("the judge is away")));
    expect(await late(setupOf([broken, judging(() => true)]))).toEqual([
      { name: "judged", value: null, unscored: { code: "score.failed", message: "the judge is away" } },
      { name: "liked", value: 1 },
    ]);
  });

  test("takes NaN for no score", async () => {
    const odd: Scorer = { ...exact, late: true, score: async () => [{ name: "odd", value: Number.NaN }] };
    expect(await late(setupOf([odd]))).toMatchObject([{ value: null, unscored: { code: "score.failed" } }]);
  });

  test("gives nothing when a stop cut one off: it is asked again on resume", async () => {
    const stop = new AbortController();
    const cutOff = judging(async (_, signal) => {
      stop.abort();
      signal.throwIfAborted();
      return true;
    });
    expect(await late(setupOf([judging(() => true), cutOff], stop.signal))).toBeUndefined();
  });

  test("keeps paid scores that were there all the same", async () => {
    const stop = new AbortController();
    const inTime = judging(async () => {
      stop.abort();
      return true;
    });
    expect(await late(setupOf([inTime], stop.signal))).toEqual([{ name: "liked", value: 1 }]);
  });
});
