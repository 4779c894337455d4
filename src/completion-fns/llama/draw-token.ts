/**
 * The index of a token drawn after temperature and nucleus.
 *
 * @param logprobs of the whole vocabulary, best first; need not be normalised
 * @param temperature above 0: divides the logarithms
 * @param topP keeps the smallest set of best tokens that has at least this probability; 1 = all
 * @param random in [0, 1)
 * @see Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration": nucleus sampling
 */
export function drawToken(logprobs: readonly number[], temperature: number, topP: number, random: () => number): number {
  const best = logprobs[0] ?? 0;
  const weights = logprobs.map((logprob) => Math.exp((logprob - best) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let kept = 0;
  let nucleus = 0;
  while (kept < weights.length && (kept === 0 || nucleus < topP * total)) nucleus += weights[kept++] as number;
  let left = random() * nucleus;
  for (let i = 0; i < kept; i++) {
    left -= weights[i] as number;
    if (left < 0) return i;
  }
  return kept - 1;
}
