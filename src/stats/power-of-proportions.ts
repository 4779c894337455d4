import { checked, checkSamples, type Demand, type Samples } from "./power.ts";

/**
 * Samples on each side that the two-proportion test needs when the sides are asked different samples.
 *
 * @param candidate share of passing samples
 * @param baseline another share
 */
export function samplesForProportions({
  candidate,
  baseline,
  ...demand
}: Demand & { candidate: number; baseline: number }): Samples {
  checkShares("samplesForProportions", candidate, baseline);
  if (candidate === baseline) throw new RangeError(`samplesForProportions: no difference between ${candidate} and ${baseline}`);
  const { critical, reserve, designEffect } = checked(demand, 2);
  const variance = candidate * (1 - candidate) + baseline * (1 - baseline);
  const samples = Math.ceil((designEffect * (critical + reserve) ** 2 * variance) / (candidate - baseline) ** 2);
  return { samples: Math.max(1, samples), test: "two-proportions" };
}

/** The chance that the two-proportion test over n samples on each side shows this difference, on its own side. */
export function powerOfProportions({
  n,
  candidate,
  baseline,
  ...demand
}: Omit<Demand, "power"> & { n: number; candidate: number; baseline: number }): number {
  checkSamples("powerOfProportions", n);
  checkShares("powerOfProportions", candidate, baseline);
  const { designEffect, powerAt } = checked(demand, 2);
  const variance = candidate * (1 - candidate) + baseline * (1 - baseline);
  const off = Math.abs(candidate - baseline);
  if (variance === 0) return off;
  return powerAt(off / Math.sqrt((designEffect * variance) / n));
}

/**
 * Minimum detectable effects of the two-proportion test, upwards and downwards from a baseline.
 *
 * @param n samples on each side
 * @returns each null where no share that high or that low exists
 */
export function mdeOfProportions({ n, baseline, ...demand }: Demand & { n: number; baseline: number }): {
  gain: number | null;
  drop: number | null;
} {
  checkSamples("mdeOfProportions", n);
  checkShares("mdeOfProportions", baseline);
  const { critical, reserve, designEffect } = checked(demand, 2);
  const scale = (designEffect * (critical + reserve) ** 2) / n;
  // delta^2 = scale * (q(1 - q) + p(1 - p)) with q = p + delta, solved for delta.
  const slope = scale * (1 - 2 * baseline);
  const root = Math.sqrt(slope ** 2 + 8 * (1 + scale) * scale * baseline * (1 - baseline));
  const gain = (slope + root) / (2 * (1 + scale));
  const drop = (root - slope) / (2 * (1 + scale));
  return { gain: baseline + gain <= 1 ? gain : null, drop: baseline - drop >= 0 ? drop : null };
}

function checkShares(name: string, ...shares: number[]): void {
  for (const share of shares) if (!(share >= 0 && share <= 1)) throw new RangeError(`${name}: ${share} is no share`);
}
