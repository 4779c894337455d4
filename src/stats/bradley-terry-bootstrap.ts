import { percentileInterval } from "./bootstrap.ts";
import type { Bounds } from "./bounds.ts";
import { bradleyTerry, eloOf } from "./bradley-terry.ts";
import { blocksOf } from "./resample.ts";

/** What became of two players' answers to one prompt. */
export interface Match {
  readonly player: number;
  readonly opponent: number;
  /** 1: the player won, 0: it lost, 1/2: a tie. */
  readonly score: number;
}

export interface Rating {
  readonly elo: number;
  /** Null where all draws are alike, so that there is no spread to measure. */
  readonly interval: Bounds | null;
  /** 1 is the strongest; equals share the better rank. */
  readonly rank: number;
  /** Ranks this player has in the middle share of the draws. */
  readonly ranks: Bounds;
}

/**
 * Elo ratings with intervals from drawing whole prompts: matches over one prompt are not independent.
 *
 * A draw in which a player won or lost everything is padded as `bradleyTerry` says.
 *
 * @param prompts for each prompt, the matches over it
 * @param players how many there are, numbered from 0
 */
export function bradleyTerryRatings({
  prompts,
  players,
  random,
  draws = 1000,
  level = 0.95,
}: {
  prompts: readonly (readonly Match[])[];
  players: number;
  random: () => number;
  draws?: number;
  level?: number;
}): Rating[] {
  check(prompts, players, draws);
  const blocks = blocksOf(prompts.length);
  const all = strengthsOf(prompts.keys());
  const elos = all.map(() => new Float64Array(draws));
  const ranks = all.map(() => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    const strengths = strengthsOf(blocks.draw(random), all);
    for (const [i, rank] of ranksOf(strengths).entries()) {
      (elos[i] as Float64Array)[draw] = eloOf(strengths[i] as number);
      (ranks[i] as Float64Array)[draw] = rank;
    }
  }
  const rankNow = ranksOf(all);
  return all.map((strength, i) => {
    const drawn = (elos[i] as Float64Array).sort();
    const spread = (drawn.at(-1) as number) - (drawn[0] as number);
    const between = percentileInterval((ranks[i] as Float64Array).sort(), level);
    return {
      elo: eloOf(strength),
      interval: spread < 1e-6 ? null : percentileInterval(drawn, level),
      rank: rankNow[i] as number,
      ranks: { low: Math.floor(between.low), high: Math.ceil(between.high) },
    };
  });

  function strengthsOf(chosen: Iterable<number>, start?: readonly number[]): number[] {
    const wins = Array.from({ length: players }, () => new Array<number>(players).fill(0));
    for (const prompt of chosen) {
      for (const { player, opponent, score } of prompts[prompt] as readonly Match[]) {
        (wins[player] as number[])[opponent] = (wins[player]?.[opponent] as number) + score;
        (wins[opponent] as number[])[player] = (wins[opponent]?.[player] as number) + 1 - score;
      }
    }
    return bradleyTerry(wins, start).strengths;
  }
}

/** Strengths closer than rounding are equal. */
function ranksOf(strengths: readonly number[]): number[] {
  return strengths.map((own) => 1 + strengths.filter((other) => other > own + 1e-9).length);
}

function check(prompts: readonly (readonly Match[])[], players: number, draws: number): void {
  if (!(prompts.length > 0 && Number.isInteger(players) && players >= 1 && Number.isInteger(draws) && draws >= 1)) {
    throw new RangeError(`bradleyTerryRatings: ${prompts.length} prompts, ${players} players, ${draws} draws`);
  }
  const known = (player: number) => Number.isInteger(player) && player >= 0 && player < players;
  for (const { player, opponent, score } of prompts.flat()) {
    if (!(known(player) && known(opponent) && player !== opponent && score >= 0 && score <= 1)) {
      throw new RangeError(`bradleyTerryRatings: ${score} for player ${player} against ${opponent}`);
    }
  }
}
