import type { RankRange, Standing } from "../../core/leaderboard.ts";
import { everyTwo, type Meeting, withHolm } from "./duels.ts";
import type { EvalBoard } from "./eval-board.ts";
import { meanP, type OnEval } from "./mean-over-evals.ts";
import { rankRanges } from "./rank-ranges.ts";
import { meanOfWon } from "./standing.ts";
import { wonLost } from "./won-lost.ts";

export interface OverEvals {
  /** Models that are ranked on an eval, by name; `duels` name them by their place here. */
  readonly names: readonly string[];
  readonly standings: readonly Standing[];
  /** Over the evals that both are ranked on; models that share none have no duel. */
  readonly duels: readonly (Meeting & { readonly evals: number; readonly p_adjusted: number | null })[];
}

/** Puts evals together. One eval is its own standing, by its own metric; several count the same, by samples won and lost. */
export function overEvals(boards: readonly EvalBoard[]): OverEvals {
  const names = [...new Set(boards.flatMap(({ ranked }) => ranked))].sort();
  const [only] = boards;
  const duels =
    only !== undefined && boards.length === 1
      ? only.meetings.map((meeting) => ({ ...meeting, evals: 1 }))
      : withHolm(everyTwo(names.length).flatMap(([first, second]) => meetingOver(boards, names, first, second)));
  const ranges = rankRanges(names.length, duels);
  const standings = names.map((name, at): Standing => {
    const on = boards.filter(({ ranked }) => ranked.includes(name));
    const won = meanOfWon(on.flatMap((board) => board.won[board.ranked.indexOf(name)] ?? []));
    const interval = won === null ? null : won.interval;
    return { rank: ranges[at] as RankRange, won: won?.value ?? null, interval, evals: on.length };
  });
  return { names, standings, duels };
}

function meetingOver(boards: readonly EvalBoard[], names: readonly string[], first: number, second: number) {
  const total = { n: 0, wins: 0, ties: 0, losses: 0 };
  const onEvals: OnEval[] = [];
  let difference = 0;
  for (const board of boards) {
    const [one, other] = [board.ranked.indexOf(names[first] as string), board.ranked.indexOf(names[second] as string)];
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    const met = low < 0 ? undefined : board.meetings.find((meeting) => meeting.first === low && meeting.second === high);
    if (met === undefined || met.n === 0) continue;
    const turned = one > other;
    total.n += met.n;
    total.ties += met.ties;
    total.wins += turned ? met.losses : met.wins;
    total.losses += turned ? met.wins : met.losses;
    difference += ((turned ? -1 : 1) * (met.wins - met.losses)) / met.n;
    const found = wonLost(board.shared_samples, board.better, one, other);
    if (found !== null) onEvals.push(found);
  }
  const evals = onEvals.length;
  return evals === 0 ? [] : [{ first, second, evals, ...total, difference: difference / evals, p: meanP(onEvals) }];
}
