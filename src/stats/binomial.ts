import { betaCdf } from "./beta.ts";
import { logGamma } from "./gamma.ts";

/** The probability of exactly k successes in n trials that succeed with probability p. */
export function binomialMass(k: number, n: number, p: number): number {
  check("binomialMass", k, n, p);
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  return Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** The probability of at most k successes in n trials that succeed with probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  check("binomialCdf", k, n, p);
  return k === n ? 1 : betaCdf(1 - p, n - k, k + 1);
}

function check(name: string, k: number, n: number, p: number): void {
  if (!(Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n)) {
    throw new RangeError(`${name}: ${k} of ${n} is no number of successes`);
  }
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${name}: ${p} is no probability`);
}
