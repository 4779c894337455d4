import { clopperPearson } from "./clopper-pearson.ts";
import { flipsChance } from "./flips-chance.ts";
import { lastBelow } from "./last-below.ts";
import type { OneSided } from "./one-sided.ts";
import { checkCounts, type PairedCounts } from "./paired-counts.ts";
import { tangoLow, tangoZ } from "./tango.ts";

/** Given up to leave out shares of flips that the data rule out; no p is below it. */
export const exactFloor = 1e-6;

/** Outcomes are ranked by Tango's lower limit at this z (95 %, one-sided): the level that gates use. */
const rankingZ = 1.6448536269514722;

/**
 * Exact unconditional tests of "candidate minus baseline is at most delta" for right-or-wrong pairs.
 *
 * Outcomes (b, c) are ranked by Tango's one-sided 95 % lower limit. The p of a delta is the chance of an outcome ranked at least as
 * high, at the worst share of flips among those the data do not rule out (two-sided 1 - 1e-6, which is added to p). So a true delta is
 * rejected at level a with a chance of at most a, whatever the share of flips, at every n.
 *
 * The ranking depends on neither delta nor level. So p rises with delta, and the lower limit at level a, the delta at which p is a, is
 * the very one that the test decides by.
 *
 * @see Buehler 1957 and Lloyd & Kabaila 2003 for limits from a ranking; Berger & Boos 1994 for the restriction
 */
export function exactMargin(counts: PairedCounts): OneSided {
  checkCounts("exactMargin", counts);
  const { b, c, n } = counts;
  const value = (b - c) / n;
  const { low: fewestFlips, high: mostFlips } = clopperPearson(b + c, n, 1 - exactFloor);
  let ranked: ((baselineOnly: number) => number) | undefined;

  const pAbove = (delta: number): number => {
    if (delta >= 1) return 1;
    if (delta < -mostFlips) return exactFloor;
    ranked ??= rankedHigher(counts);
    const least = ranked;
    const chanceAt = (angle: number) => {
      const flips = Math.sin(angle) ** 2;
      const difference = Math.min(delta, flips);
      return flipsChance(n, Math.max(0, (flips + difference) / 2), Math.max(0, (flips - difference) / 2), least);
    };
    const from = Math.asin(Math.sqrt(Math.max(fewestFlips, -delta)));
    const to = Math.asin(Math.sqrt(Math.max(mostFlips, -delta)));
    // On the scale of angles one standard deviation of the share of flips is 0.5 / sqrt(n) everywhere.
    const p = Math.min(1, largest(chanceAt, from, to, 0.25 / Math.sqrt(n)) + exactFloor);
    // What was seen shows no difference to be larger than it is itself.
    return delta < value ? p : Math.max(0.5, p);
  };

  const low = (a: number): number => {
    if (a <= exactFloor) return -1;
    // A p is nearly a power of e in delta, so that its logarithm is nearly straight.
    return lastBelow((delta) => Math.log(pAbove(delta) / a), -mostFlips, value);
  };
  return { pAbove, low };
}

/** For each c, the smallest b that makes (b, c) rank at least as high as what was seen; n - c + 1 when there is none. */
function rankedHigher({ b, c, n }: PairedCounts): (baselineOnly: number) => number {
  const limit = tangoLow(b, c, n, rankingZ);
  if (limit <= -1) return () => 0;
  // Equal outcomes belong in; rounding must not put them out.
  const enough = Math.min(rankingZ, tangoZ(b, c, n, limit)) - 1e-9;
  const least: number[] = [];
  let next = 0;
  return (baselineOnly) => {
    while (least.length <= baselineOnly) {
      const at = least.length;
      // Never smaller for a larger c, so that one walk finds them all.
      while (next <= n - at && tangoZ(next, at, n, limit) < enough) next++;
      least.push(Math.min(next, n - at + 1));
    }
    return least[baselineOnly] as number;
  };
}

/** The largest value of a smooth function: steps of a quarter of a standard deviation, then the best neighbourhood more finely. */
function largest(f: (x: number) => number, from: number, to: number, step: number): number {
  const steps = Math.max(2, Math.ceil((to - from) / step));
  const at = (i: number) => from + ((to - from) * Math.min(Math.max(i, 0), steps)) / steps;
  let best = 0;
  let most = -1;
  for (let i = 0; i <= steps; i++) {
    const value = f(at(i));
    if (value > most) {
      most = value;
      best = i;
    }
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  let [left, right] = [at(best - 1), at(best + 1)];
  let [x, y] = [right - golden * (right - left), left + golden * (right - left)];
  let [fx, fy] = [f(x), f(y)];
  for (let i = 0; i < 10; i++) {
    if (fx > fy) {
      [right, y, fy] = [y, x, fx];
      x = right - golden * (right - left);
      fx = f(x);
    } else {
      [left, x, fx] = [x, y, fy];
      y = left + golden * (right - left);
      fy = f(y);
    }
  }
  return Math.max(most, fx, fy);
}
