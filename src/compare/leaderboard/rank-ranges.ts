import type { RankRange } from "../../core/leaderboard.ts";

/** Two competitors, numbered from 0, and what their comparison says. */
export interface Outcome {
  readonly first: number;
  readonly second: number;
  /** Above 0: the first is ahead. */
  readonly difference: number;
  /** Corrected over all outcomes; null: cannot be tested. */
  readonly p_adjusted: number | null;
}

/** Chance that any of the ranges made together misses its model's true rank. */
const level = 0.05;

/**
 * The ranks that paired comparisons leave open to each competitor: no better than behind all those shown to be better, no worse than
 * ahead of all those shown to be worse.
 *
 * With p corrected by Holm, all claims hold at once with 95 %, and so do all ranges. Two that never met leave each other's rank open.
 *
 * @see Al Mohamad, van Zwet, Solari & Goeman 2019 for simultaneous confidence sets of ranks from multiple comparisons; Holm 1979
 */
export function rankRanges(count: number, outcomes: readonly Outcome[]): RankRange[] {
  const ranges = Array.from({ length: count }, () => ({ rank: 1, best: 1, worst: count }));
  for (const { first, second, difference, p_adjusted } of outcomes) {
    if (difference === 0 || Number.isNaN(difference)) continue;
    const [ahead, behind] = [ranges[difference > 0 ? first : second], ranges[difference > 0 ? second : first]];
    if (ahead === undefined || behind === undefined) throw new RangeError(`rankRanges: ${first} against ${second} of ${count}`);
    behind.rank++;
    if (p_adjusted === null || p_adjusted >= level) continue;
    behind.best++;
    ahead.worst--;
  }
  return ranges;
}
