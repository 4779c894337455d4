import type { Duel, Front, Leaderboard, LeaderboardCell, LeaderboardEval, Trend } from "../../core/leaderboard.ts";
import type { Meeting } from "./duels.ts";
import type { EvalBoard } from "./eval-board.ts";
import { frontOf } from "./front.ts";
import { type OverEvals, overEvals } from "./over-evals.ts";
import { leaderboardSentence } from "./sentence.ts";
import type { OpenSmallest } from "./smallest.ts";
import { meanOfWon, type Won } from "./standing.ts";
import { closeSteps, type OpenStep } from "./trend.ts";

/** A trend, its model and eval still by name. */
export interface OpenTrend {
  readonly model: string;
  readonly eval: string;
  /** Oldest first. */
  readonly steps: readonly OpenStep[];
}

/** What is put together from evals, in whatever order they and their models come. */
export function leaderboardOf(
  boards: readonly EvalBoard[],
  { trends = [], smallest }: { readonly trends?: readonly OpenTrend[]; readonly smallest?: OpenSmallest | undefined } = {},
): Leaderboard {
  const sorted = [...boards].sort((a, b) => (a.name < b.name ? -1 : 1));
  const over = overEvals(sorted);
  const models = inOrder(sorted, over);
  const names = models.map(({ name }) => name);
  const placed = <Met extends Meeting & { readonly p_adjusted: number | null; readonly evals: number }>(
    meeting: Met,
    of: readonly string[],
  ) => duelOf(meeting, names.indexOf(of[meeting.first] as string), names.indexOf(of[meeting.second] as string));
  const evals = sorted.map(
    ({ name, metric, unit, better, shared, groups, cells, ranked, meetings }): LeaderboardEval => ({
      ...{ name, metric, unit, better, shared, groups },
      cells: names.map((model) => {
        const cell = cells.get(model);
        if (cell === undefined) return null;
        const { completion_fn: _, ...rest } = cell;
        return rest;
      }),
      duels: meetings.map((meeting) => placed({ ...meeting, evals: 1 }, ranked)).sort(byPlace),
    }),
  );
  const duels = sorted.length === 1 ? [] : over.duels.map((duel) => placed(duel, over.names)).sort(byPlace);
  const told = { models, evals, duels };
  return {
    sentence: leaderboardSentence(told),
    ...told,
    fronts: fronts(told, sorted),
    trends: trends.flatMap(({ model, eval: name, steps }): Trend[] => {
      const [at, on] = [names.indexOf(model), evals.findIndex((one) => one.name === name)];
      return at < 0 || on < 0 || steps.length < 2 ? [] : [{ model: at, eval: on, steps: closeSteps(steps) }];
    }),
    ...(smallest !== undefined && {
      smallest: {
        parent: names.indexOf(smallest.parent),
        sentence: smallest.sentence,
        model: smallest.model === null ? null : names.indexOf(smallest.model),
        candidates: smallest.candidates.map(({ name, ...rest }) => ({ model: names.indexOf(name), ...rest })),
      },
    }),
    notes: [...sorted.flatMap(({ notes }) => notes), ...boardNotes(told)],
  };
}

function inOrder(boards: readonly EvalBoard[], { names, standings }: OverEvals): Leaderboard["models"] {
  const all = new Map(
    boards.flatMap(({ cells }) => [...cells].map(([name, { completion_fn }]) => [name, completion_fn] as const)),
  );
  return [...all]
    .map(([name, completion_fn]) => ({ name, completion_fn, standing: standings[names.indexOf(name)] ?? null }))
    .sort((a, b) => {
      if (a.standing === null || b.standing === null)
        return a.standing === b.standing ? byName(a, b) : a.standing === null ? 1 : -1;
      return a.standing.rank.rank - b.standing.rank.rank || (b.standing.won ?? 0) - (a.standing.won ?? 0) || byName(a, b);
    });
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function byPlace(a: Duel, b: Duel): number {
  return a.first - b.first || a.second - b.second;
}

function duelOf(met: Meeting & Pick<Duel, "p_adjusted" | "evals">, one: number, other: number): Duel {
  const { evals, n, wins, ties, losses, difference, p, p_adjusted } = met;
  const rest = { evals, n, ties, p, p_adjusted };
  if (one < other) return { first: one, second: other, ...rest, wins, losses, difference };
  return { first: other, second: one, ...rest, wins: losses, losses: wins, difference: 0 - difference };
}

const priceOf = { cost: "cost", latency: "latency", tokens: "tokens", size: "bytes" } as const satisfies {
  readonly [by in Front["by"]]: keyof LeaderboardCell;
};

type Told = Pick<Leaderboard, "models" | "evals" | "duels">;

function fronts({ models, evals }: Told, boards: readonly EvalBoard[]): Front[] {
  // Prices of different evals are not alike: over all evals, only those count that every ranked model has.
  const common = evals.flatMap((one, at) =>
    models.every(({ standing }, model) => standing === null || one.cells[model]?.rank != null) ? [at] : [],
  );
  return (["cost", "latency", "tokens", "size"] as const).flatMap((by) => {
    const found = evals.map((one, at) => {
      const points = one.cells.flatMap((cell, model) => {
        const price = cell?.[priceOf[by]] ?? null;
        if (cell === null || cell.rank === null || cell.metric.value === null || price === null) return [];
        return [{ model, quality: cell.metric.value, interval: cell.metric.interval, price }];
      });
      return frontOf(points, { by, eval: at, better: one.better });
    });
    if (evals.length > 1) {
      const points = models.flatMap(({ name, standing }, model) => {
        const prices = common.flatMap((at) => evals[at]?.cells[model]?.[priceOf[by]] ?? []);
        const won = meanOfWon(common.flatMap((at) => wonBy(boards[at], name)));
        if (standing === null || won === null || prices.length < common.length) return [];
        const price = prices.reduce((sum, one) => sum + one, 0) / prices.length;
        return [{ model, quality: won.value, interval: won.interval, price }];
      });
      found.unshift(frontOf(points, { by, eval: null, better: "higher" }));
    }
    return found.filter(({ points }) => points.length > 1);
  });
}

function wonBy(board: EvalBoard | undefined, name: string): Won[] {
  const won = board?.won[board.ranked.indexOf(name)] ?? null;
  return won === null ? [] : [won];
}

function boardNotes({ models, evals, duels }: Told): string[] {
  const notes: string[] = [];
  const ranked = models.filter(({ standing }) => standing !== null).length;
  const partly = models.filter(({ standing }) => standing !== null && standing.evals < evals.length);
  if (partly.length > 0) {
    const who = partly.length === 1 ? `${partly[0]?.name} is` : `${partly.length} models are`;
    notes.push(
      `${who} not ranked on all ${evals.length} evals: two models are compared only on the evals and samples that both have`,
    );
  }
  if (evals.length > 1 && duels.length < (ranked * (ranked - 1)) / 2) {
    notes.push("some models share no eval: nothing is said about which of them is better");
  }
  const families = new Map<string, string[]>();
  for (const { name } of evals) {
    const family = name.slice(0, Math.max(0, name.lastIndexOf(".")));
    families.set(family, [...(families.get(family) ?? []), name]);
  }
  for (const [family, versions] of families) {
    if (family !== "" && versions.length > 1)
      notes.push(`${versions.join(" and ")} are versions of one eval, and count as ${versions.length}`);
  }
  return notes;
}
