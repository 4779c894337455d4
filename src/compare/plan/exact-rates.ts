import { flipsChance } from "../../stats/flips-chance.ts";
import { normalQuantile } from "../../stats/normal.ts";
import { proportionMargins } from "../../stats/paired-proportion.ts";
import type { VerdictRates } from "../../stats/power-of-margin.ts";

/** Above so many expected flips an exact answer takes long, and the normal one is as good. */
const mostFlips = 400;

/** Can the rates of tests on so many pairs be worked out exactly, in about a second? */
export function isExactFeasible(n: number, discordance: number): boolean {
  return n * discordance <= mostFlips;
}

/**
 * The chance that `diff` says "better" at 95 % over n pairs: summed over all outcomes, by the test that it uses.
 *
 * @param discordance share of pairs that flip, at least |delta|
 */
export function exactPower({ n, delta, discordance }: { n: number; delta: number; discordance: number }): number {
  return chanceAbove({ n, bound: 0, alpha: 0.025, delta: Math.abs(delta), discordance });
}

/** How often a gate with this margin ends each way for an unchanged model: summed over all outcomes, by the test that it uses. */
export function exactUnchanged({ n, margin, discordance }: { n: number; margin: number; discordance: number }): VerdictRates {
  const pass = chanceAbove({ n, bound: -margin, alpha: 0.05, delta: 0, discordance });
  // "Below minus the margin" is "above the margin" with the sides swapped, and an unchanged model has no sides.
  const fail = chanceAbove({ n, bound: margin, alpha: 0.05, delta: 0, discordance });
  return { pass, fail, inconclusive: Math.max(0, 1 - pass - fail) };
}

/** The smallest margin at which the gate's test passes an unchanged model as often as asked, to a hundredth of itself. */
export function exactSmallestMargin({ n, discordance, power }: { n: number; discordance: number; power: number }): number {
  const passes = (bound: number) => chanceAbove({ n, bound: -bound, alpha: 0.05, delta: 0, discordance }) >= power;
  const normal = (normalQuantile(0.95) + normalQuantile(power)) * Math.sqrt(discordance / n);
  let [low, high] = [normal / 2, normal];
  while (!passes(high) && high < 1) [low, high] = [high, high * 1.5];
  while (high - low > 0.01 * high) {
    const middle = (low + high) / 2;
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return Math.min(1, high);
}

function chanceAbove({
  n,
  bound,
  alpha,
  delta,
  discordance,
}: {
  n: number;
  bound: number;
  alpha: number;
  delta: number;
  discordance: number;
}): number {
  const edge: number[] = [];
  const isShown = (b: number, c: number) => proportionMargins({ b, c, n }).above.pAbove(bound) < alpha;
  // More b is stronger evidence and more c weaker, so that one walk along the edge finds it.
  const least = (c: number): number => {
    while (edge.length <= c) {
      const at = edge.length;
      let b = edge[at - 1] ?? 0;
      while (b <= n - at && !isShown(b, at)) b++;
      edge.push(Math.min(b, n - at + 1));
    }
    return edge[c] as number;
  };
  return flipsChance(n, (discordance + delta) / 2, Math.max(0, (discordance - delta) / 2), least);
}
