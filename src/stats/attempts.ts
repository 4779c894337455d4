/** Where the spread of scores comes from. */
export interface VarianceComponents {
  /** sigma^2: between attempts at the same sample. */
  readonly within: number;
  /** omega^2: between the samples' own means. The estimate can come out negative; it is then 0. */
  readonly between: number;
}

/**
 * Splits the variance of scores into what repeating an attempt averages out and what only more samples do.
 *
 * @param attempts for each sample, the scores of its attempts, at least one; two samples or more
 * @returns null where no sample has a second attempt, so that the two cannot be told apart
 * @see Searle, Casella & McCulloch 1992, section 3.6: analysis of variance; Miller 2024, section 3.1
 */
export function varianceComponents(attempts: readonly ArrayLike<number>[]): VarianceComponents | null {
  const n = attempts.length;
  if (n < 2) throw new RangeError(`varianceComponents: ${n} samples`);
  let [squares, spare, inverse] = [0, 0, 0];
  const means = attempts.map((scores) => {
    if (scores.length === 0) throw new RangeError("varianceComponents: a sample without attempts");
    const mean = sum(scores) / scores.length;
    for (let i = 0; i < scores.length; i++) squares += ((scores[i] as number) - mean) ** 2;
    spare += scores.length - 1;
    inverse += 1 / scores.length / n;
    return mean;
  });
  if (spare === 0) return null;
  const within = squares / spare;
  const centre = sum(means) / n;
  const ofMeans = means.reduce((total, mean) => total + (mean - centre) ** 2, 0) / (n - 1);
  return { within, between: Math.max(0, ofMeans - within * inverse) };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

export interface AttemptPlan {
  readonly attempts: number;
  readonly samples: number;
  /** Standard error of the mean score under this plan. */
  readonly se: number;
}

/**
 * How to spend a budget: the number of attempts at each sample, and of samples, with the smallest standard error.
 *
 * @param perSample price of one more sample beside its attempts (labelling, a cached prompt), in the unit of the budget
 * @param perAttempt price of one attempt, above 0
 * @param mostSamples as many as there are
 * @returns null where the budget does not pay for one attempt at one sample
 * @see Cochran 1977, section 10.6: optimum subsampling
 */
export function bestAttempts({
  within,
  between,
  budget,
  perSample = 0,
  perAttempt = 1,
  mostSamples = Number.POSITIVE_INFINITY,
  mostAttempts = 100,
}: VarianceComponents & {
  budget: number;
  perSample?: number;
  perAttempt?: number;
  mostSamples?: number;
  mostAttempts?: number;
}): AttemptPlan | null {
  const all = [within, between, budget, perSample, mostSamples - 1, mostAttempts - 1];
  if (!(all.every((value) => value >= 0) && perAttempt > 0)) {
    throw new RangeError(`bestAttempts: ${[...all, perAttempt].join(", ")}`);
  }
  let best: AttemptPlan | null = null;
  for (let attempts = 1; attempts <= mostAttempts; attempts++) {
    const samples = Math.min(mostSamples, Math.floor(budget / (perSample + attempts * perAttempt)));
    if (samples < 1) break;
    const se = Math.sqrt((between + within / attempts) / samples);
    if (best === null || se < best.se) best = { attempts, samples, se };
  }
  return best;
}
