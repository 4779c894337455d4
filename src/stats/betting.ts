/** Evidence that may be looked at after every value: under the null the wealth reaches 1 / alpha with a chance of at most alpha, ever. */
export interface Betting {
  /** What 1 has become. An e-value: its expectation is at most 1 under the null, so that wealths of independent runs multiply. */
  readonly wealth: number;
  /** Whether the wealth has ever reached 1 / alpha; it does not turn back. */
  rejected(alpha: number): boolean;
}

/** Betting on payoffs as they come. */
export interface PayoffBetting extends Betting {
  add(payoff: number): void;
}

/** Even from timid to bold: with the wealth spread over these, the bet that suits the payoffs soon owns most of it. */
const evenBets: readonly number[] = Array.from({ length: 8 }, (_, i) => (i + 0.5) / 8);

/**
 * Bets that payoffs are above 0 on average, against the null that, given the past, they are not.
 *
 * The wealth starts spread over several fixed bets. Their sum is that of one bet chosen from the past alone, the mean of the bets
 * weighed by what each owns; it needs no tuning and does not depend on the order of the payoffs.
 *
 * @param worst the largest loss a payoff can be, above 0
 * @param bets shares of the wealth put at risk against the worst loss, in [0, 1)
 * @see Waudby-Smith & Ramdas 2024, section 4; Cover 1991 for the spread; Ville 1939 for the bound
 */
export function betting({ worst, bets = evenBets }: { worst: number; bets?: readonly number[] }): PayoffBetting {
  if (!(worst > 0 && bets.length > 0 && bets.every((bet) => bet >= 0 && bet < 1))) {
    throw new RangeError(`betting: ${bets.join(", ")} against a loss of ${worst}`);
  }
  const owned = bets.map(() => 1 / bets.length);
  let wealth = 1;
  let peak = 1;
  return {
    add(payoff) {
      // The worst loss itself may be off by rounding.
      if (!(payoff >= -worst * (1 + 1e-9) && payoff < Number.POSITIVE_INFINITY)) {
        throw new RangeError(`betting: a payoff of ${payoff}, below ${-worst}`);
      }
      wealth = 0;
      for (const [i, bet] of bets.entries()) {
        owned[i] = (owned[i] as number) * (1 + (bet * Math.max(payoff, -worst)) / worst);
        wealth += owned[i] as number;
      }
      peak = Math.max(peak, wealth);
    },
    get wealth() {
      return wealth;
    },
    rejected(alpha) {
      if (!(alpha > 0 && alpha < 1)) throw new RangeError(`betting: alpha ${alpha}`);
      return peak >= 1 / alpha;
    },
  };
}
