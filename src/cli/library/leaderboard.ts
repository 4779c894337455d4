import { z } from "zod";
import type { Leaderboard } from "../../core/leaderboard.ts";
import { readLeaderboard } from "../read-leaderboard.ts";
import { asCommonOptions, baselines, checkedOptions, listOf, places, some } from "./checked-options.ts";

const optionsSchema = z.strictObject({
  ...places,
  baselines,
  /** Only these evals: names, beginnings, globs. */
  eval: some.optional(),
  /** Up to ten runs of each model too, with the change at each. */
  trend: z.boolean().optional(),
  /** Which is the smallest of the other models that is not worse than this one. */
  parent: z.string().optional(),
  /** With `parent`: metric to how much worse is acceptable. */
  margin: z.record(z.string(), z.number().nonnegative()).optional(),
});
export type LeaderboardOptions = z.input<typeof optionsSchema>;

export async function leaderboard(runs: string | readonly string[], options: LeaderboardOptions = {}): Promise<Leaderboard> {
  const { eval: evals, margin, ...more } = checkedOptions("leaderboard", optionsSchema, options);
  const { board } = await readLeaderboard(listOf<string>(runs), {
    ...asCommonOptions(more),
    quiet: true,
    tell: () => {},
    eval: evals === undefined ? undefined : listOf<string>(evals),
    margin: margin && Object.entries(margin).map(([metric, most]) => `${metric}=${most}`),
  });
  return board;
}
