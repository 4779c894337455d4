import { checked, checkSamples, type Demand, type Samples } from "./power.ts";

/**
 * Standard deviation of one pair's difference, for scores of 0 and 1.
 *
 * @param discordance share of pairs that flip, in either direction; at least |delta|
 * @param delta the true difference
 */
export function pairSd(discordance: number, delta = 0): number {
  if (!(discordance <= 1 && Math.abs(delta) <= discordance)) {
    throw new RangeError(`pairSd: a difference of ${delta} with ${discordance} flipped`);
  }
  return Math.sqrt(discordance - delta * delta);
}

/**
 * Pairs of 0/1 scores that McNemar's score test needs to see a difference.
 *
 * @param discordance share of pairs that flip, at least |delta|
 * @see Connor 1987; Miettinen 1968
 */
export function samplesForPairs({ delta, discordance, ...demand }: Demand & { delta: number; discordance: number }): Samples {
  if (!(Math.abs(delta) > 0)) throw new RangeError(`samplesForPairs: a difference of ${delta}`);
  const { critical, reserve, designEffect } = checked(demand, 2);
  const need = critical * Math.sqrt(discordance) + reserve * pairSd(discordance, delta);
  return { samples: Math.ceil((designEffect * need ** 2) / delta ** 2), test: "mcnemar-score" };
}

/** The chance that McNemar's score test over n pairs shows a difference of delta, on its own side. */
export function powerOfPairs({
  n,
  delta,
  discordance,
  ...demand
}: Omit<Demand, "power"> & { n: number; delta: number; discordance: number }): number {
  checkSamples("powerOfPairs", n);
  const sd = pairSd(discordance, delta);
  const { critical, designEffect, powerAt } = checked(demand, 2);
  const short = Math.abs(delta) * Math.sqrt(n / designEffect) - critical * Math.sqrt(discordance);
  if (sd === 0) return short >= 0 ? 1 : 0;
  return powerAt(critical + short / sd);
}

/**
 * Minimum detectable effect of McNemar's score test: the smallest difference that n pairs show as often as asked.
 *
 * A difference needs as many flips as it is large. Where fewer than that were seen (none, for two equal runs) all flips are taken to
 * go one way.
 *
 * @param discordance share of pairs that flip, in [0, 1]
 * @returns null where not even a difference of 1 would be seen
 */
export function mdeOfPairs({ n, discordance, ...demand }: Demand & { n: number; discordance: number }): number | null {
  checkSamples("mdeOfPairs", n);
  if (!(discordance >= 0 && discordance <= 1)) throw new RangeError(`mdeOfPairs: ${discordance} is no share of pairs`);
  const { critical, reserve, designEffect } = checked(demand, 2);
  const root = Math.sqrt(n / designEffect);
  const missing = (delta: number) => {
    const flipped = Math.max(discordance, delta);
    return critical * Math.sqrt(flipped) + reserve * Math.sqrt(flipped - delta * delta) - delta * root;
  };
  if (missing(1) > 0) return null;
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (missing(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}
