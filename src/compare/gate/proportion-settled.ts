import { binomialCdf } from "../../stats/binomial.ts";

/** Samples up to which every number is tried; beyond, the normal distribution is as good. */
const mostTried = 5000;
const often = 0.8;

/**
 * The fewest samples, more than there are, with which Clopper and Pearson's one-sided bound settles on which side of a bound a share is,
 * in four of five cases, if the share that was seen is the true one. With few samples their bound is much wider than the normal one.
 *
 * @returns null where it takes more than 5,000
 */
export function proportionSettledBy(share: number, bound: number, { n, alpha }: { n: number; alpha: number }): number | null {
  // Both ends alike: to be shown to be below is, for the share of the others, to be shown to be above.
  const [p, limit] = share > bound ? [share, bound] : [1 - share, 1 - bound];
  if (!(p > limit && limit >= 0 && p <= 1)) return null;
  let needed = 0;
  for (let size = n + 1; size <= mostTried; size++) {
    const reaches = (k: number, at: number) => (k === 0 ? 1 : 1 - binomialCdf(k - 1, size, at));
    while (needed <= size && reaches(needed, limit) > alpha) needed++;
    if (needed <= size && reaches(needed, p) >= often) return size;
  }
  return null;
}
