/**
 * Holm: adjusted p-values that keep the chance of any false claim at the level, whatever the dependence between the tests.
 *
 * @param ps in any order; the result has the same
 * @see Holm 1979
 */
export function holm(ps: readonly number[]): number[] {
  const order = rising(ps);
  const adjusted = new Array<number>(ps.length);
  let most = 0;
  for (const [rank, at] of order.entries()) {
    most = Math.max(most, Math.min(1, (ps.length - rank) * (ps[at] as number)));
    adjusted[at] = most;
  }
  return adjusted;
}

/**
 * Benjamini-Hochberg: adjusted p-values that keep the expected share of false claims among all claims at the level, for tests that
 * are independent or positively dependent.
 *
 * @param ps in any order; the result has the same
 * @see Benjamini & Hochberg 1995
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const order = rising(ps);
  const adjusted = new Array<number>(ps.length);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const at = order[rank - 1] as number;
    least = Math.min(least, (ps[at] as number) * (ps.length / rank));
    adjusted[at] = least;
  }
  return adjusted;
}

function rising(ps: readonly number[]): number[] {
  for (const p of ps) if (!(p >= 0 && p <= 1)) throw new RangeError(`adjust: ${p} is no p-value`);
  return [...ps.keys()].sort((a, b) => (ps[a] as number) - (ps[b] as number));
}
