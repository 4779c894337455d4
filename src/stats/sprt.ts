/**
 * Mixture sequential probability ratio test of "the mean is 0": an e-value for normal values of known variance, mixed over
 * normally distributed true means. Asymptotic for other values; not below about 100 of them.
 *
 * @param mixing variance of the true means it is mixed over
 * @see Robbins 1970; Johari et al. 2022, eq. 6
 */
export function msprt({ n, mean, variance, mixing }: { n: number; mean: number; variance: number; mixing: number }): number {
  if (!(n >= 0 && Number.isFinite(mean) && variance > 0 && mixing > 0)) {
    throw new RangeError(`msprt: n ${n}, mean ${mean}, variance ${variance}, mixing ${mixing}`);
  }
  const whole = variance + n * mixing;
  return Math.sqrt(variance / whole) * Math.exp((n * n * mixing * mean * mean) / (2 * variance * whole));
}

/**
 * Wald's bounds on the log-likelihood ratio of one point alternative against the null: above `accept` take the alternative, below
 * `reject` the null.
 *
 * @param alpha chance of taking the alternative under the null
 * @param beta chance of taking the null under the alternative
 * @see Wald 1945
 */
export function sprtBounds(alpha: number, beta: number): { accept: number; reject: number } {
  if (!(alpha > 0 && beta > 0 && alpha + beta < 1)) throw new RangeError(`sprtBounds: alpha ${alpha}, beta ${beta}`);
  return { accept: Math.log((1 - beta) / alpha), reject: Math.log(beta / (1 - alpha)) };
}
