import { betaCdf } from "./beta.ts";

/** The probability that a value of Student's distribution with df degrees of freedom falls below t. */
export function tCdf(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`tCdf: ${df} degrees of freedom`);
  // The small tail itself, so that a p far out keeps its digits.
  const tail = betaCdf(df / (df + t * t), df / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}
