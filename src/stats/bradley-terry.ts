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
 * @see Hunter 2004: the MM algorithm; Ford 1957 for when a finite solution exists
 */
export function bradleyTerry(wins: readonly (readonly number[])[], start?: readonly number[]): BradleyTerry {
  const players = wins.length;
  check(wins);
  const padded = !allReach(wins);
  const half = padded ? 0.5 : 0;
  const won = wins.map((row, i) => row.reduce((sum, count, j) => (i === j ? sum : sum + count + half), 0));
  const met = wins.map((row, i) => row.map((count, j) => (i === j ? 0 : count + (wins[j]?.[i] as number) + 2 * half)));
  let strengths = start?.slice() ?? new Array<number>(players).fill(0);
  for (let step = 0; step < mostSteps; step++) {
    const power = strengths.map(Math.exp);
    const next = power.map((own, i) => {
      const meetings = (met[i] as number[]).reduce((sum, count, j) => sum + count / (own + (power[j] as number)), 0);
      return players === 1 ? 0 : Math.log((won[i] as number) / meetings);
    });
    const mean = next.reduce((sum, strength) => sum + strength, 0) / players;
    let moved = 0;
    for (let i = 0; i < players; i++) {
      next[i] = (next[i] as number) - mean;
      moved = Math.max(moved, Math.abs((next[i] as number) - (strengths[i] as number)));
    }
    strengths = next;
    if (moved < 1e-11) break;
  }
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
