/**
 * The x in [low, high] up to which a rising function is below 0: where it crosses, to 1e-11; `low` where it never is, `high` where it
 * always is.
 *
 * @see Oliveira & Takahashi 2020, the ITP method: interpolates, and never needs more steps than halving by much
 */
export function lastBelow(f: (x: number) => number, low: number, high: number): number {
  let atLow = f(low);
  if (!(atLow < 0)) return low;
  let atHigh = f(high);
  if (atHigh < 0) return high;
  const tolerance = 5e-12;
  const most = Math.ceil(Math.log2((high - low) / (2 * tolerance))) + 4;
  const slack = 0.2 / (high - low);
  for (let step = 0; high - low > 2 * tolerance && step < 200; step++) {
    const middle = (low + high) / 2;
    const reach = Math.max(0, tolerance * 2 ** (most - step) - (high - low) / 2);
    const falsi = Number.isFinite(atLow) && Number.isFinite(atHigh) ? (atHigh * low - atLow * high) / (atHigh - atLow) : middle;
    const towards = Math.sign(middle - falsi);
    const shift = Math.min(slack * (high - low) ** 2, Math.abs(middle - falsi));
    const inner = falsi + towards * shift;
    const x = Math.abs(inner - middle) <= reach ? inner : middle - towards * reach;
    if (!(x > low && x < high)) break;
    const value = f(x);
    if (value < 0) {
      low = x;
      atLow = value;
    } else {
      high = x;
      atHigh = value;
    }
  }
  return low;
}
