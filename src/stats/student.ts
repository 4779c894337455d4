import { betaQuantile } from "./beta.ts";

/**
 * The t below which a value of Student's distribution falls with probability p.
 *
 * @param p in (0, 1)
 * @param df degrees of freedom, above 0
 */
export function tQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`tQuantile: ${p} is not between 0 and 1`);
  if (!(df > 0)) throw new RangeError(`tQuantile: ${df} degrees of freedom`);
  // t² / (df + t²) is Beta(1/2, df/2).
  const y = betaQuantile(Math.abs(2 * p - 1), 0.5, df / 2);
  const t = Math.sqrt((df * y) / (1 - y));
  return p < 0.5 ? -t : t;
}
