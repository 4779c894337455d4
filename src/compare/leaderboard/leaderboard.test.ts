import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judged, sideOf, spec } from "../../../test/support/side-values.ts";
import type { Leaderboard } from "../../core/leaderboard.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { type EvalBoard, evalBoard } from "./eval-board.ts";
import { leaderboardOf } from "./leaderboard.ts";

type Verdicts = readonly (boolean | undefined)[];

/** A board of one eval: by model, its verdict on each sample. */
async function boardOf(
  models: Readonly<Record<string, Verdicts>>,
  more: { eval?: string; order?: readonly number[] } = {},
): Promise<EvalBoard> {
  const entrants = [];
  for (const [name, verdicts] of Object.entries(models)) {
    const lines = verdicts.map((passed, at) => judged(at, passed));
    entrants.push(await entrant(name, placed(lines, more.order), more.eval));
  }
  return evalBoard(entrants);
}

/** The same samples asked in another order: other places, other indexes. */
function placed(lines: readonly SampleLine[], order: readonly number[] = lines.map((_, at) => at)): SampleLine[] {
  return lines.map((line, at) => ({ ...line, seq: order[at] ?? at, index: order[at] ?? at }));
}

async function entrant(name: string, lines: readonly SampleLine[], evalName = spec.name) {
  const run = { completion_fn: name, id: `run of ${name}`, eval: evalName, spec: { ...spec, name: evalName } };
  return { name, side: await sideOf(lines, run) };
}

const share = (n: number, right: number): boolean[] => Array.from({ length: n }, (_, at) => at < right);
const rangesOf = ({ models, evals }: Leaderboard) =>
  Object.fromEntries(models.map(({ name }, at) => [name, Object.values(evals[0]?.cells[at]?.rank ?? {})]));

describe("one eval", () => {
  test("says who is ahead, by how much of what is shared, and what a rank stands on", async () => {
    const board = leaderboardOf([await boardOf({ weak: share(100, 40), strong: share(100, 90), also: share(100, 88) })]);
    expect(board.models.map(({ name }) => name)).toEqual(["strong", "also", "weak"]);
    expect(rangesOf(board)).toEqual({ strong: [1, 1, 2], also: [2, 1, 2], weak: [3, 3, 3] });
    expect(board.sentence).toBe(
      "First of 3 on tickets.heldout.v1 may be strong or also: nobody is shown to be ahead of them (100 shared samples, 95 % confidence).",
    );
    expect(board.evals[0]?.duels[1]).toMatchObject({
      first: 0,
      second: 2,
      n: 100,
      wins: 50,
      ties: 50,
      losses: 0,
      difference: 0.5,
    });
    expect(board.duels).toEqual([]);
  });

  test("one clear winner, one clear loser, nobody to tell apart, nobody at all", async () => {
    const sentence = async (models: Readonly<Record<string, Verdicts>>) => leaderboardOf([await boardOf(models)]).sentence;
    expect(await sentence({ a: share(50, 45), b: share(50, 5) })).toMatch(/^a is ahead of b on tickets/);
    expect(await sentence({ a: share(50, 45), b: share(50, 5), c: share(50, 6) })).toMatch(
      /^a is ahead of all 2 others on tickets/,
    );
    expect(await sentence({ a: share(50, 45), b: share(50, 44) })).toMatch(/^No two of the 2 models can be told apart/);
    expect(await sentence({ a: share(50, 45) })).toMatch(/^a is alone/);
    expect(await sentence({ a: [undefined, undefined] })).toMatch(/^No model can be ranked/);
  });

  test("a sample without a score counts in no duel of that model, and this is said", async () => {
    const verdicts = share(60, 40);
    const board = leaderboardOf([await boardOf({ a: [undefined, undefined, ...verdicts.slice(2)], b: verdicts })]);
    expect(board.evals[0]?.duels[0]?.n).toBe(58);
    expect(board.notes).toContain("tickets.heldout.v1: a has no accuracy on 2 of the 60; they count in none of its duels");
  });

  test("a run of few of the samples is shown and not ranked; one that lacks some is ranked on what all share", async () => {
    const board = leaderboardOf([await boardOf({ a: share(100, 80), b: share(70, 50), c: share(20, 5) })]);
    const cells = new Map(board.models.map(({ name }, at) => [name, board.evals[0]?.cells[at]]));
    expect(cells.get("c")).toMatchObject({ rank: null, unranked: "it has only 20 of 100 samples" });
    expect(cells.get("c")?.metric.value).toBe(0.25);
    expect(board.evals[0]?.shared).toBe(70);
    expect(board.models.at(-1)).toMatchObject({ name: "c", standing: null });
    expect(board.notes[0]).toMatch(/compared on the 70 samples that all ranked models share; the largest run has 100/);
  });

  test("of a metric where less is better the lower one is ahead", async () => {
    const lower = { ...spec, higher_is_better: false };
    const entrants = await Promise.all(
      [20, 2].map(async (wrong) => {
        const run = { completion_fn: `m${wrong}`, id: `m${wrong}`, spec: lower };
        return {
          name: `m${wrong}`,
          side: await sideOf(
            share(60, wrong).map((passed, at) => judged(at, passed)),
            run,
          ),
        };
      }),
    );
    const board = leaderboardOf([evalBoard(entrants)]);
    expect(board.models.map(({ name }) => name)).toEqual(["m2", "m20"]);
    expect(board.evals[0]?.duels[0]).toMatchObject({ wins: 18, losses: 0 });
    expect(board.evals[0]?.duels[0]?.difference).toBeCloseTo(0.3, 12);
  });

  test("samples of one group stand or fall together", async () => {
    const lines = (right: number) =>
      share(60, right).map((passed, at) => judged(at, passed, { metadata: { template: Math.floor(at / 10) } }));
    const grouped = { ...spec, group_by: "metadata.template" };
    const side = async (name: string, right: number) => ({
      name,
      side: await sideOf(lines(right), { completion_fn: name, id: name, spec: grouped }),
    });
    const board = leaderboardOf([evalBoard([await side("a", 40), await side("b", 20)])]);
    expect(board.evals[0]?.groups).toBe(6);
    // 20 flips would be far beyond chance; two of six groups are not.
    expect(board.evals[0]?.duels[0]?.p).toBeGreaterThan(0.05);
    const single = leaderboardOf([await boardOf({ a: share(60, 40), b: share(60, 20) })]);
    expect(single.evals[0]?.duels[0]?.p).toBeLessThan(0.001);
  });
});

describe("over evals", () => {
  const two = async (first: Readonly<Record<string, Verdicts>>, second: Readonly<Record<string, Verdicts>>) =>
    leaderboardOf([await boardOf(first, { eval: "one.dev.v1" }), await boardOf(second, { eval: "two.dev.v1" })]);

  test("each eval counts the same, however many samples it has", async () => {
    const board = await two({ a: share(200, 160), b: share(200, 100) }, { a: share(40, 10), b: share(40, 30) });
    // +0.3 and −0.5
    expect(board.duels[0]?.difference).toBeCloseTo(0.1, 12);
    expect(board.duels[0]).toMatchObject({ first: 0, second: 1, evals: 2, n: 240, wins: 20, losses: 60 });
    expect(board.models.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(board.models[0]?.standing?.won).toBeCloseTo(0.55, 12);
    expect(board.models[0]?.standing?.interval?.low).toBeLessThan(0.55);
  });

  test("p says what the interval of the share won says, and names change neither", async () => {
    const won = { a: share(600, 569), b: share(600, 195) };
    const lost = { a: share(100, 0), b: share(100, 80) };
    const hard = { a: share(200, 148), b: share(200, 57) };
    const of = (models: { a: Verdicts; b: Verdicts }, [a, b]: readonly [string, string]) => ({ [a]: models.a, [b]: models.b });
    const boards = await Promise.all(
      (
        [
          ["tuned", "base"],
          ["x", "y"],
          ["a", "zz"],
        ] as const
      ).map(async (names) =>
        leaderboardOf(
          await Promise.all([
            boardOf(of(won, names), { eval: "one.dev.v1" }),
            boardOf(of(hard, names), { eval: "two.dev.v1" }),
            boardOf(of(lost, names), { eval: "three.dev.v1" }),
          ]),
        ),
      ),
    );
    const [first] = boards;
    expect(first?.duels[0]?.p).toBeLessThan(0.001);
    expect(first?.models[0]?.standing?.interval?.low).toBeGreaterThan(0.5);
    for (const board of boards) {
      expect(board.duels).toEqual(first?.duels);
      expect(board.models.map(({ standing }) => standing)).toEqual(first?.models.map(({ standing }) => standing));
    }
  });

  test("a lone model has won nothing and lost nothing", async () => {
    const board = await two({ a: share(50, 40) }, { a: share(50, 20) });
    expect(board.models[0]?.standing).toMatchObject({ won: null, interval: null, evals: 2 });
  });

  test("a leader that is behind on an eval is said to be", async () => {
    const board = await two({ a: share(200, 190), b: share(200, 20) }, { a: share(100, 20), b: share(100, 50) });
    expect(board.sentence).toMatch(/^a is ahead of b over 2 evals, but behind on two\.dev\.v1 \(300 shared samples/);
  });

  test("a missing cell stays missing: two models are compared on the evals both have", async () => {
    const board = await two({ a: share(50, 40), b: share(50, 20) }, { b: share(50, 40), c: share(50, 20) });
    const at = (name: string) => board.models.findIndex((model) => model.name === name);
    expect(board.evals[0]?.cells[at("c")]).toBeNull();
    expect(board.duels.map(({ first, second }) => [first, second])).toHaveLength(2);
    expect(board.notes.at(-1)).toMatch(/share no eval/);
    expect(board.models[at("a")]?.standing?.rank).toEqual({ rank: 1, best: 1, worst: 2 });
  });
});

describe("costs", () => {
  test("a model is on the front when none is as good for less", async () => {
    const cheap = { completion: { text: "", finish: "stop" as const, ms: 1 } };
    const dear = { completion: { text: "", finish: "stop" as const, ms: 9 } };
    const side = async (name: string, right: number, more: object) => ({
      name,
      side: await sideOf(
        share(40, right).map((passed, at) => judged(at, passed, more)),
        { completion_fn: name, id: name },
      ),
    });
    const board = leaderboardOf([
      evalBoard([await side("good", 30, dear), await side("poor", 10, dear), await side("fast", 20, cheap)]),
    ]);
    const front = board.fronts.find(({ by }) => by === "latency");
    const named = front?.points.map(({ model, on_front, beaten_by }) => [
      board.models[model]?.name,
      on_front,
      beaten_by === null ? null : board.models[beaten_by]?.name,
    ]);
    expect(named).toEqual([
      ["good", true, null],
      ["fast", true, null],
      ["poor", false, "good"],
    ]);
    expect(board.fronts.map(({ by }) => by)).toEqual(["latency"]);
  });
});

const worlds = fc
  .record({ n: fc.integer({ min: 8, max: 24 }), count: fc.integer({ min: 2, max: 4 }) })
  .chain(({ n, count }) =>
    fc.array(fc.array(fc.boolean(), { minLength: n, maxLength: n }), { minLength: count, maxLength: count }),
  );
/** A run's own mean is summed in issue order, which moves last digits. */
const rounded = (board: Leaderboard): unknown =>
  JSON.parse(JSON.stringify(board, (_, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(12)) : value)));
const named = (verdicts: readonly Verdicts[]) => Object.fromEntries(verdicts.map((one, at) => [`m${at}`, one]));

describe("always", () => {
  test("the order of models and of samples changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), async (verdicts, random) => {
        const n = verdicts[0]?.length ?? 0;
        const keys = [...random.take(n)];
        const order = Array.from(keys.keys()).sort((a, b) => (keys[a] as number) - (keys[b] as number));
        const models = named(verdicts);
        const turned = Object.fromEntries(Object.entries(models).reverse());
        const evals = (of: Readonly<Record<string, Verdicts>>, by?: readonly number[]) =>
          Promise.all(["x.dev.v1", "y.dev.v1"].map((name) => boardOf(of, { eval: name, ...(by && { order: by }) })));
        const plain = leaderboardOf(await evals(models));
        expect(rounded(leaderboardOf((await evals(turned, order)).reverse()))).toEqual(rounded(plain));
      }),
      { numRuns: 25 },
    );
  });

  test("a second model with the same replies has the same ranks open", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (verdicts) => {
        const models = { ...named(verdicts), copy: verdicts[0] as Verdicts };
        const board = leaderboardOf([await boardOf(models)]);
        const ranges = rangesOf(board);
        expect(ranges.copy).toEqual(ranges.m0);
      }),
      { numRuns: 25 },
    );
  });
});
