import { binomialMass } from "./binomial.ts";

/** Outcomes farther from the mean than so many standard deviations are left out: less than 1e-15 together. */
const reachInSds = 8.2;

/**
 * The chance that b >= least(c), when of n pairs a share `up` is right only by the candidate and `down` only by the baseline.
 *
 * @param least never falls with c; above n - c where no b is enough
 *
 * Sums over c from the top, carrying the chance of enough b along by recurrences that only add, so that no digits cancel.
 */
export function flipsChance(n: number, up: number, down: number, least: (c: number) => number): number {
  const reach = reachInSds * Math.sqrt(n * down * (1 - down));
  const bottom = Math.max(0, Math.floor(n * down - reach));
  let c = Math.min(n, down > 0 ? Math.ceil(n * down + reach + 20) : 0);
  while (c >= 0 && least(c) > n - c) c--;
  if (c < bottom) return 0;
  // Of the pairs that are not c, the share that is b.
  const share = down < 1 ? Math.min(1, up / (1 - down)) : 0;
  let pairs = n - c;
  let edge = least(c);
  let enough = upperTail(pairs, edge, share);
  // The chance of exactly edge - 1 among the pairs; from a power of e where the recurrence has no digits to go on with.
  let below = binomial(pairs, edge - 1, share);
  const carries = () => below > 1e-280 && share > 0 && share < 1;
  let ofDown = binomial(n, c, down);
  let sum = ofDown * enough;
  for (c--; c >= bottom; c--) {
    ofDown *= ((c + 1) * (1 - down)) / ((n - c) * down);
    enough += share * below;
    pairs++;
    below = carries() ? (below * pairs * (1 - share)) / (pairs - edge + 1) : binomial(pairs, edge - 1, share);
    for (const target = least(c); edge > target; edge--) {
      enough += below;
      below = carries() ? (below * (edge - 1) * (1 - share)) / ((pairs - edge + 2) * share) : binomial(pairs, edge - 2, share);
    }
    sum += ofDown * enough;
  }
  return sum;
}

/** The chance of exactly k of n; 0 where there is no such k. */
function binomial(n: number, k: number, p: number): number {
  return k < 0 || k > n ? 0 : binomialMass(k, n, p);
}

/** The chance of at least k of n, summed away from the mean so that terms only shrink. */
function upperTail(n: number, k: number, p: number): number {
  if (k <= 0) return 1;
  if (p >= 1) return k <= n ? 1 : 0;
  let sum = 0;
  if (k > n * p) {
    let term = binomial(n, k, p);
    for (let at = k; at <= n && term > 1e-18; at++) {
      sum += term;
      term *= ((n - at) * p) / ((at + 1) * (1 - p));
    }
    return sum;
  }
  let term = binomial(n, k - 1, p);
  for (let at = k - 1; at >= 0 && term > 1e-18; at--) {
    sum += term;
    term *= (at * (1 - p)) / ((n - at + 1) * p);
  }
  return 1 - sum;
}
