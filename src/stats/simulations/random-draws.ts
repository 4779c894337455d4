/** Values in [0, 1). */
export type Random = () => number;

/** A Gamma(shape, 1) value. @see Marsaglia & Tsang 2000 */
function drawGamma(shape: number, random: Random): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  while (true) {
    // Box and Muller.
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - random()) < normal * normal * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Shares that add up to 1, around these means, the more alike the smaller icc in (0, 1]. */
export function drawShares(means: readonly number[], icc: number, random: Random): number[] {
  const strength = (1 - icc) / icc;
  const parts = means.map((mean) => (mean > 0 ? drawGamma(mean * strength, random) : 0));
  const sum = parts.reduce((total, part) => total + part, 0);
  // Shapes near 0 can all draw a 0 that doubles cannot hold; then one share has it all.
  if (sum > 0) return parts.map((part) => part / sum);
  const u = random();
  let seen = 0;
  return means.map((mean) => {
    const from = seen;
    seen += mean;
    return from <= u && u < seen ? 1 : 0;
  });
}
