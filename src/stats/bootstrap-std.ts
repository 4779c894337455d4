/**
 * The `boostrap_std` of openai/evals without its 1,000 draws: the spread of the mean of half the verdicts, drawn without replacement.
 *
 * @param successes whole number in [0, n]
 * @returns null below two verdicts, where upstream prints NaN
 */
export function openaiBootstrapStd(successes: number, n: number): number | null {
  if (!(n >= 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`openaiBootstrapStd: ${successes} of ${n} is no proportion`);
  }
  const half = Math.floor(n / 2);
  if (half === 0) return null;
  const p = successes / n;
  return Math.sqrt((((p * (1 - p)) / half) * (n - half)) / (n - 1));
}
