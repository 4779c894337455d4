import { leaderboardOf } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Leaderboard } from "../core/leaderboard.ts";
import type { CommonOptions } from "./context.ts";
import { type FindOptions, findSides } from "./find-sides.ts";
import { type NamedSide, readBoards, standingsOf, withHistory } from "./leaderboard-sides.ts";
import { findSmallest } from "./leaderboard-smallest.ts";
import { readSettings } from "./settings.ts";

export interface BoardOptions extends CommonOptions, Pick<FindOptions, "tell"> {
  readonly baselines?: string;
  /** Only these evals. */
  readonly eval?: readonly string[];
  /** Earlier runs of each model too. */
  readonly trend?: boolean;
  /** The smallest of the others that is not worse than it. */
  readonly parent?: string;
  readonly margin?: readonly string[];
}

interface ReadLeaderboard {
  readonly board: Leaderboard;
  readonly named: readonly NamedSide[];
}

/** Runs of a model that a trend goes back to. */
const mostSteps = 10;

/**
 * Models side by side over the evals that they were run on.
 *
 * @throws FinegaugeError `cli.usage`, `run.not-found`, and what reading a run throws
 */
export async function readLeaderboard(references: readonly string[], options: BoardOptions): Promise<ReadLeaderboard> {
  const { parent } = options;
  if (parent === undefined && options.margin !== undefined) {
    throw new FinegaugeError("cli.usage", "a margin is of a parent", { hint: "--parent MODEL" });
  }
  const settings = await readSettings(options);
  const found = await findSides(parent === undefined ? references : [...references, parent], {
    out: settings.out,
    baselines: settings.baselines,
    evals: options.eval,
    tell: options.tell,
  });
  const standings = standingsOf(found);
  const { boards, trends, named } = await readBoards(options.trend ? withHistory(standings, settings.out, mostSteps) : standings);
  const smallest = parent === undefined ? undefined : await findSmallest(named, { ...options, parent });
  return { board: leaderboardOf(boards, { trends, smallest }), named };
}
