import { checked, checkSamples, type Demand, type Samples } from "./power.ts";

/**
 * Standard deviation of one sample's difference in mean score, when either side makes K attempts at it.
 *
 * @param between omega^2: variance of the samples' true differences
 * @param candidate sigma^2 of the candidate's attempts at one sample
 * @param baseline sigma^2 of the baseline's
 * @see Miller 2024, eq. 9
 */
export function differenceSd({
  between,
  candidate,
  baseline,
  attempts,
}: {
  between: number;
  candidate: number;
  baseline: number;
  attempts: number;
}): number {
  if (!(between >= 0 && candidate >= 0 && baseline >= 0 && attempts >= 1)) {
    throw new RangeError(`differenceSd: ${between}, ${candidate}, ${baseline} at ${attempts} attempts`);
  }
  return Math.sqrt(between + (candidate + baseline) / attempts);
}

/**
 * Samples that the paired t test needs to see a difference of means.
 *
 * @param delta the difference, not 0
 * @param sd of one sample's difference
 */
export function samplesForMeans({ delta, sd, ...demand }: Demand & { delta: number; sd: number }): Samples {
  checkSpread("samplesForMeans", sd);
  if (!(Math.abs(delta) > 0)) throw new RangeError(`samplesForMeans: a difference of ${delta}`);
  const { critical, reserve, designEffect } = checked(demand, 2);
  return { samples: Math.ceil((designEffect * ((critical + reserve) * sd) ** 2) / delta ** 2), test: "paired-t" };
}

/**
 * Minimum detectable effect of the paired t test: the smallest difference of means that n samples show as often as asked.
 *
 * @param sd of one sample's difference, above 0: differences that are all alike say nothing about what could be seen
 */
export function mdeOfMeans({ n, sd, ...demand }: Demand & { n: number; sd: number }): number {
  checkSamples("mdeOfMeans", n);
  checkSpread("mdeOfMeans", sd);
  const { critical, reserve, designEffect } = checked(demand, 2);
  return (critical + reserve) * sd * Math.sqrt(designEffect / n);
}

/** The chance that the paired t test over n samples shows a difference of delta, on its own side. */
export function powerOfMeans({
  n,
  delta,
  sd,
  ...demand
}: Omit<Demand, "power"> & { n: number; delta: number; sd: number }): number {
  checkSamples("powerOfMeans", n);
  checkSpread("powerOfMeans", sd);
  const { designEffect, powerAt } = checked(demand, 2);
  return powerAt(Math.abs(delta) / (sd * Math.sqrt(designEffect / n)));
}

function checkSpread(name: string, sd: number): void {
  if (!(sd > 0 && Number.isFinite(sd))) throw new RangeError(`${name}: a standard deviation of ${sd}`);
}
