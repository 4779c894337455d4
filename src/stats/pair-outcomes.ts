import { binomialMass } from "./binomial.ts";
import { checkSamples } from "./power.ts";
import type { VerdictRates } from "./power-of-margin.ts";

/** Pairs of 0/1 scores, and how likely one is to flip. */
export interface PairModel {
  readonly n: number;
  /** The chance that only the candidate passes. */
  readonly better: number;
  /** The chance that only the baseline passes. */
  readonly worse: number;
}

/**
 * The exact chance of an event over all outcomes of n pairs: the power of any test on flips where the model is the alternative, its
 * level where it is the null. Time grows with n times the discordance.
 *
 * @param event of b pairs in which only the candidate passes and c in which only the baseline does
 */
export function chanceOfPairs(model: PairModel, event: (b: number, c: number) => boolean): number {
  let sum = 0;
  forEachOutcome(model, (b, c, chance) => {
    if (event(b, c)) sum += chance;
  });
  return sum;
}

/** `verdictRates` without its approximation, for any way to judge. */
export function exactVerdictRates(model: PairModel, judge: (b: number, c: number) => keyof VerdictRates): VerdictRates {
  const rates = { pass: 0, fail: 0, inconclusive: 0 };
  forEachOutcome(model, (b, c, chance) => {
    rates[judge(b, c)] += chance;
  });
  return rates;
}

/** Outcomes further out than this many standard deviations weigh less than 1e-15 together. */
const far = 9;

function forEachOutcome({ n, better, worse }: PairModel, visit: (b: number, c: number, chance: number) => void): void {
  checkSamples("pairOutcomes", n);
  const discordance = better + worse;
  if (!(Number.isInteger(n) && better >= 0 && worse >= 0 && discordance <= 1)) {
    throw new RangeError(`pairOutcomes: ${n} pairs, ${better} better, ${worse} worse`);
  }
  const share = discordance === 0 ? 0 : better / discordance;
  for (const flips of likely(n, discordance)) {
    const chance = binomialMass(flips, n, discordance);
    for (const b of likely(flips, share)) visit(b, flips - b, chance * binomialMass(b, flips, share));
  }
}

function* likely(n: number, p: number): Generator<number> {
  const reach = far * Math.sqrt(n * p * (1 - p)) + far * far;
  const last = Math.min(n, Math.floor(n * p + reach));
  for (let k = Math.max(0, Math.ceil(n * p - reach)); k <= last; k++) yield k;
}
