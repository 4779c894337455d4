import type { RuleResult } from "../../src/core/gate.ts";
import type { Duel, Leaderboard, LeaderboardCell } from "../../src/core/leaderboard.ts";
import type { Interval, Metric } from "../../src/core/metric.ts";

function interval(low: number, high: number): Interval {
  return { low, high, level: 0.95, sides: 2, method: "wilson" };
}

function metric(value: number): Metric {
  return {
    ...{ name: "accuracy", value, se: 0.02, interval: interval(value - 0.04, value + 0.04), n: 100, groups: null },
    ...{ errors: 0, unscored: 0, better: "higher", unit: "1" },
  };
}

function cell(value: number, rank: number, best: number, worst: number, cost: number): LeaderboardCell {
  const facts = { run: `run-${value}`, started: "2026-11-20T10:15:00.000Z", status: "complete" } as const;
  return { ...facts, metric: metric(value), rank: { rank, best, worst }, cost, tokens: 60, latency: 1000 * cost, ...local };
}

const local = { bytes: null, speed: null, drift: [] };

function duel(first: number, second: number, wins: number, losses: number, p: number): Duel {
  const n = 100;
  const counts = { first, second, evals: 1, n, wins, ties: n - wins - losses, losses };
  return { ...counts, difference: (wins - losses) / n, p, p_adjusted: p };
}

/** Three models on two evals, two of which nobody can tell apart, and a model that one eval was not run on. */
export function threeModels(names: readonly [string, string, string]): Leaderboard {
  const [first, second, third] = names;
  const duels = [duel(0, 1, 20, 18, 0.8), duel(0, 2, 60, 5, 0.001), duel(1, 2, 55, 9, 0.001)];
  const standing = (rank: number, best: number, worst: number, won: number, evals: number) => ({
    ...{ rank: { rank, best, worst }, won, interval: interval(won - 0.05, won + 0.05), evals },
  });
  const cells = [cell(0.9, 1, 1, 2, 0.002), cell(0.88, 2, 1, 2, 0.0001), cell(0.5, 3, 3, 3, 0.0004)];
  const one = { metric: "accuracy", unit: "1", better: "higher", shared: 100, groups: null } as const;
  return {
    sentence: `${first} and ${second} are ahead of ${third}; nobody can tell the two apart.`,
    models: [
      { name: first, completion_fn: first, standing: standing(1, 1, 2, 0.7, 2) },
      { name: second, completion_fn: second, standing: standing(2, 1, 2, 0.68, 2) },
      { name: third, completion_fn: third, standing: standing(3, 3, 3, 0.2, 1) },
    ],
    evals: [
      { ...one, name: "a.dev.v1", cells, duels },
      { ...one, name: "b.dev.v1", cells: [cells[0] ?? null, cells[1] ?? null, null], duels: duels.slice(0, 1) },
    ],
    duels,
    fronts: [
      {
        by: "cost",
        eval: 0,
        points: [
          { model: 0, quality: 0.9, interval: interval(0.86, 0.94), price: 0.002, on_front: true, beaten_by: null },
          { model: 1, quality: 0.88, interval: interval(0.84, 0.92), price: 0.0001, on_front: true, beaten_by: null },
          { model: 2, quality: 0.5, interval: interval(0.46, 0.54), price: 0.0004, on_front: false, beaten_by: 1 },
        ],
      },
    ],
    trends: [
      {
        model: 0,
        eval: 0,
        steps: [
          { run: "old", started: "2026-11-18T10:15:00.000Z", status: "complete", metric: metric(0.8), change: null, differs: [] },
          {
            ...{ run: "new", started: "2026-11-20T10:15:00.000Z", status: "complete", metric: metric(0.9) },
            change: { value: 0.1, interval: interval(0.03, 0.17), n: 100, p: 0.01, p_adjusted: 0.01 },
            differs: [{ what: "model", detail: `${first} of Monday → ${first}` }],
          },
        ],
      },
    ],
    notes: [`${third} was not run on b.dev.v1`],
  };
}

/** The same with the first as the parent of the other two: one shown to be worse, of one the samples do not tell. */
export function withSizes(board: Leaderboard): Leaderboard {
  const bytes = [1_900_000, 1_020_000, 555_000];
  const kl = { ...metric(0.0021), name: "kl", unit: "nats", better: "lower" } as const;
  const sized = (one: LeaderboardCell | null, at: number): LeaderboardCell | null =>
    one && { ...one, bytes: bytes[at] ?? null, ...(at === 2 && { speed: 120, drift: [kl] }) };
  const rule = (model: number, value: number): RuleResult => ({
    ...{ eval: "a.dev.v1", candidate: board.models[model]?.name ?? "", run: "01", rule: "delta.accuracy >= -margin" },
    ...{
      kind: "non-inferiority",
      verdict: "inconclusive",
      value,
      interval: interval(value === -0.4 ? -0.46 : -0.04, value),
      op: ">=",
    },
    ...{ bound: -0.02, alpha: 0.025, p_fail: 0.5, p_fail_adjusted: 0.5, n: 100, sentence: "" },
  });
  const [, second, third] = board.models.map(({ name }) => name);
  return {
    ...board,
    evals: board.evals.map((one) => ({ ...one, cells: one.cells.map(sized) })),
    smallest: {
      parent: 0,
      model: null,
      sentence: `Of none of 2 models is it shown that it is as good: ${third} is worse, and of ${second} the samples do not tell.`,
      candidates: [
        { model: 2, bytes: 555_000, verdict: "worse", alpha: 0.025, rules: [rule(2, -0.4)], refused: [], more_samples: null },
        { model: 1, bytes: 1_020_000, verdict: "open", alpha: 0.025, rules: [rule(1, -0.02)], refused: [], more_samples: 400 },
      ],
    },
  };
}
