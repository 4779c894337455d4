export interface BradleyTerry {
  /** Log-strength of each player, mean 0. */
  readonly strengths: number[];
  /**
   * Whether half a win and half a loss against every other player were added. That is done only where some players never lost to,
   * or never met, the rest: their strength would be infinite.
   */
  readonly padded: boolean;
}

const mostSteps = 10_000;

/**
 * Bradley-Terry: strengths under which the chance that i beats j is 1 / (1 + exp(s_j - s_i)). Does not depend on the order of the
 * matches, as online Elo does.
 *
 * @param wins wins[i][j] is how often i beat j; a tie is half a win for each
 * @param start strengths to start from, to converge sooner
 * @see Newman 2023, JMLR 24:238, eq. 10: the same fixed point as the MM algorithm of Hunter 2004, in far fewer steps; Ford 1957 for
 * when a finite one exists
 */
export function bradleyTerry(wins: readonly (readonly number[])[], start?: readonly number[]): BradleyTerry {
  const players = wins.length;
  check(wins);
  const padded = !allReach(wins);
  const half = padded ? 0.5 : 0;
  const power = wins.map((_, i) => Math.exp(start?.[i] ?? 0));
  for (let step = 0; step < mostSteps; step++) {
    let moved = 0;
    for (let i = 0; i < players; i++) {
      const own = power[i] as number;
      let [above, below] = [0, 0];
      for (let j = 0; j < players; j++) {
        if (j === i) continue;
        const other = power[j] as number;
        above += (((wins[i]?.[j] as number) + half) * other) / (own + other);
        below += ((wins[j]?.[i] as number) + half) / (own + other);
      }
      if (players > 1) power[i] = above / below;
      moved = Math.max(moved, Math.abs((power[i] as number) / own - 1));
    }
    const scale = Math.exp(power.reduce((sum, one) => sum + Math.log(one), 0) / players);
    for (let i = 0; i < players; i++) power[i] = (power[i] as number) / scale;
    if (moved < 1e-12) break;
  }
  const strengths = power.map(Math.log);
  return { strengths, padded };
}

/** The chance that a player of one strength beats one of another. */
export function winChance(strength: number, other: number): number {
  return 1 / (1 + Math.exp(other - strength));
}

const eloPerStrength = 400 / Math.LN10;

/** A strength on the Elo scale, around 1000. */
export function eloOf(strength: number): number {
  return 1000 + eloPerStrength * strength;
}

/** The chance that a player of one Elo rating beats one of another. */
export function eloExpectation(elo: number, other: number): number {
  return winChance(elo / eloPerStrength, other / eloPerStrength);
}

function check(wins: readonly (readonly number[])[]): void {
  if (wins.length === 0) throw new RangeError("bradleyTerry: no players");
  for (const [i, row] of wins.entries()) {
    if (row.length !== wins.length) throw new RangeError(`bradleyTerry: ${row.length} opponents of ${wins.length} players`);
    for (const [j, count] of row.entries()) {
      if (!(count >= 0 && Number.isFinite(count) && (i !== j || count === 0))) {
        throw new RangeError(`bradleyTerry: ${count} wins of player ${i} over ${j}`);
      }
    }
  }
}

/** Whether every player is linked to every other by a chain of wins, each way. */
function allReach(wins: readonly (readonly number[])[]): boolean {
  return reachesAll((i, j) => (wins[i]?.[j] as number) > 0) && reachesAll((i, j) => (wins[j]?.[i] as number) > 0);

  function reachesAll(beats: (i: number, j: number) => boolean): boolean {
    const seen = new Set([0]);
    for (const i of seen) for (let j = 0; j < wins.length; j++) if (beats(i, j)) seen.add(j);
    return seen.size === wins.length;
  }
}
