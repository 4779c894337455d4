import { type Betting, betting } from "./betting.ts";

export interface MarginBetting extends Betting {
  /**
   * The next difference, candidate minus baseline, in [-1, 1]; of grouped samples all differences of the next group at once.
   *
   * The samples of a group tell about each other: after the first, even a good model's next one may be expected to be bad. So a bet
   * is placed on the sum of a whole group.
   */
  add(differences: number | readonly number[]): void;
}

export interface MarginBettingOptions {
  /** How much worse is acceptable, in [0, 1). */
  readonly margin: number;
  /** Samples in the largest group, known beforehand; default 1. */
  readonly largestGroup?: number;
}

/**
 * Bets that the candidate is worse than the margin: rejects "mean difference >= -margin". For a run that is to stop early when it
 * can only fail.
 *
 * Needs samples, or whole groups, in random order; a file's own order drifts. The margin must not change on the way.
 *
 * Simulated over 1,000 samples at alpha .05 with .10 flipped and a margin of .03, it rejects 3 % at -.03, 36 % at -.05 and all at
 * -.10, there after 110 samples.
 */
export function worseThanMargin({ margin, largestGroup = 1 }: MarginBettingOptions): MarginBetting {
  return onSums({ sign: -1, margin, largestGroup });
}

/**
 * Bets that the candidate is not worse than the margin: rejects "mean difference <= -margin". An early pass by it needs a share of
 * alpha of its own.
 */
export function notWorseThanMargin({ margin, largestGroup = 1 }: MarginBettingOptions): MarginBetting {
  return onSums({ sign: 1, margin, largestGroup });
}

function onSums({ sign, margin, largestGroup }: { sign: 1 | -1; margin: number; largestGroup: number }): MarginBetting {
  if (!(margin >= 0 && margin < 1 && Number.isInteger(largestGroup) && largestGroup >= 1)) {
    throw new RangeError(`marginBetting: margin ${margin}, groups of up to ${largestGroup}`);
  }
  const bets = betting({ worst: (1 - sign * margin) * largestGroup });
  return {
    add(differences) {
      const group = typeof differences === "number" ? [differences] : differences;
      if (group.length > largestGroup) throw new RangeError(`marginBetting: a group of ${group.length}, above ${largestGroup}`);
      let sum = 0;
      for (const difference of group) {
        if (!(Math.abs(difference) <= 1)) throw new RangeError(`marginBetting: a difference of ${difference}`);
        sum += difference + margin;
      }
      bets.add(sign * sum);
    },
    get wealth() {
      return bets.wealth;
    },
    rejected: (alpha) => bets.rejected(alpha),
  };
}
