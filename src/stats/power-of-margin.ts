import { checked, checkSamples, type Demand, type Samples } from "./power.ts";

/** A claim "worse by less than the margin", tested one-sided on paired differences. */
export interface MarginClaim extends Demand {
  /** How much worse is acceptable, above 0. */
  readonly margin: number;
  /** The true difference; default 0, an unchanged model. */
  readonly delta?: number;
  /** Standard deviation of one pair's difference, above 0; `pairSd` gives it for scores of 0 and 1. */
  readonly sd: number;
}

/**
 * Samples with which the margin test passes as often as asked.
 *
 * @returns null where the truth is not better than the margin: more samples then only fail more surely
 */
export function samplesForMargin(claim: MarginClaim): Samples | null {
  const { room, sd } = checkedClaim("samplesForMargin", claim);
  const { critical, reserve, designEffect } = checked(claim, 1);
  if (room <= 0) return null;
  return { samples: Math.max(1, Math.ceil((designEffect * ((critical + reserve) * sd) ** 2) / room ** 2)), test: "margin" };
}

/** The chance that the margin test over n samples passes. */
export function powerOfMargin({ n, ...claim }: Omit<MarginClaim, "power"> & { n: number }): number {
  checkSamples("powerOfMargin", n);
  const { room, sd } = checkedClaim("powerOfMargin", claim);
  const { designEffect, powerAt } = checked(claim, 1);
  return powerAt(room / (sd * Math.sqrt(designEffect / n)));
}

/** The smallest margin at which n samples of an unchanged model pass as often as asked. */
export function smallestMargin({ n, sd, ...demand }: Demand & { n: number; sd: number }): number {
  checkSamples("smallestMargin", n);
  checkedClaim("smallestMargin", { sd, margin: 1 });
  const { critical, reserve, designEffect } = checked(demand, 1);
  return (critical + reserve) * sd * Math.sqrt(designEffect / n);
}

/** What becomes of a gate with this margin. */
export interface VerdictRates {
  readonly pass: number;
  readonly fail: number;
  readonly inconclusive: number;
}

/**
 * How often a gate over n samples ends each way: pass where the one-sided lower limit lies above -margin, fail where the upper one
 * lies below it.
 */
export function verdictRates({ n, ...claim }: Omit<MarginClaim, "power"> & { n: number }): VerdictRates {
  checkSamples("verdictRates", n);
  const { room, sd } = checkedClaim("verdictRates", claim);
  const { designEffect, powerAt } = checked(claim, 1);
  const shift = room / (sd * Math.sqrt(designEffect / n));
  const [pass, fail] = [powerAt(shift), powerAt(-shift)];
  // Above a level of one half the two can overlap.
  return { pass, fail, inconclusive: Math.max(0, 1 - pass - fail) };
}

/** How often a model that did not change would be inconclusive. */
export function inconclusiveRateUnchanged(claim: Omit<MarginClaim, "power" | "delta"> & { n: number }): number {
  return verdictRates({ ...claim, delta: 0 }).inconclusive;
}

export interface Settling extends Samples {
  /** How many of `samples` are still to be asked. */
  readonly more: number;
  /** What they would most likely say. */
  readonly verdict: "pass" | "fail";
}

/**
 * Samples with which an inconclusive gate would be settled as often as asked, if the truth is the difference seen so far.
 *
 * @param n samples asked so far
 * @param delta the difference they show
 * @returns null where that lies on the margin itself: no number settles it
 */
export function samplesToSettle({ n, ...claim }: MarginClaim & { n: number; delta: number }): Settling | null {
  checkSamples("samplesToSettle", n);
  const { room, sd } = checkedClaim("samplesToSettle", claim);
  const { critical, reserve, designEffect } = checked(claim, 1);
  if (room === 0) return null;
  const samples = Math.ceil((designEffect * ((critical + reserve) * sd) ** 2) / room ** 2);
  return { samples, more: Math.max(0, samples - n), verdict: room > 0 ? "pass" : "fail", test: "margin" };
}

function checkedClaim(name: string, { margin, delta = 0, sd }: MarginClaim): { room: number; sd: number } {
  if (!(margin > 0 && Number.isFinite(delta) && sd > 0 && Number.isFinite(sd))) {
    throw new RangeError(`${name}: margin ${margin}, difference ${delta}, standard deviation ${sd}`);
  }
  return { room: delta + margin, sd };
}
