import { flipsChance } from "../flips-chance.ts";
import type { PairedCounts } from "../paired-counts.ts";

/** Whether a rule takes what was seen for "above the margin". More b, or less c, must never take it back. */
export type MarginRule = (counts: PairedCounts) => boolean;

/** For each c from 0, the smallest b that satisfies the rule; n - c + 1 when there is none. */
export type Region = (c: number) => number;

/** Walks the edge of a rule's region: a few calls of the rule for each c. */
export function regionOf(rule: MarginRule, n: number): Region {
  const edge: number[] = [];
  return (c) => {
    while (edge.length <= c) {
      const at = edge.length;
      let b = at === 0 ? 0 : (edge[at - 1] as number);
      while (b <= n - at && !rule({ b, c: at, n })) b++;
      edge.push(Math.min(b, n - at + 1));
    }
    return edge[c] as number;
  };
}

/**
 * The chance that a region is met when the true difference is `delta` and a share `flips` of pairs differs: summed over every (b, c), not
 * simulated.
 *
 * @param flips at least |delta|
 */
export function chanceOf(region: Region, n: number, delta: number, flips: number): number {
  return flipsChance(n, Math.max(0, (flips + delta) / 2), Math.max(0, (flips - delta) / 2), region);
}
