import type { Duel } from "../../core/leaderboard.ts";

/** How the model of a row fared against that of a column. */
export interface DuelCell {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  readonly n: number;
  /** Share won, ties as half; 0 to 1. */
  readonly won: number;
  readonly p: number | null;
  /** Shown to be better or worse at 5 %, over all duels together. */
  readonly verdict: "better" | "worse" | "open";
}

const level = 0.05;

/** `cells[row][column]`; undefined on the diagonal, and where two models share nothing. */
export function duelCells(models: number, duels: readonly Duel[]): readonly (readonly (DuelCell | undefined)[])[] {
  const cells = Array.from({ length: models }, () => new Array<DuelCell | undefined>(models).fill(undefined));
  for (const { first, second, n, wins, ties, losses, difference, p_adjusted: p } of duels) {
    if (n === 0) continue;
    const sure = p !== null && p < level && difference !== 0;
    const cell = (own: number, other: number, ahead: boolean): DuelCell => ({
      wins: own,
      ties,
      losses: other,
      n,
      won: (own + ties / 2) / n,
      p,
      verdict: sure ? (ahead ? "better" : "worse") : "open",
    });
    const [row, column] = [cells[first], cells[second]];
    if (row !== undefined) row[second] = cell(wins, losses, difference > 0);
    if (column !== undefined) column[first] = cell(losses, wins, difference < 0);
  }
  return cells;
}
