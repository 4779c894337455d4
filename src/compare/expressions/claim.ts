import type { Bounds } from "../../stats/bounds.ts";

/** A number with what the samples say about it. Intervals and p-values agree: `interval(1 - 2a).low > bound` where `pAbove(bound) < a`. */
export interface Claim {
  /** Samples. */
  readonly n: number;
  readonly groups: number | null;
  readonly value: number;
  readonly se: number | null;
  /** Two-sided; never of zero width. Null when nothing can be said, with `reason`. */
  interval(level: number): (Bounds & { readonly method: string }) | null;
  /** One-sided p of "it is at most bound": small = shown to be above. */
  pAbove(bound: number): number;
  /** One-sided p of "it is at least bound": small = shown to be below. */
  pBelow(bound: number): number;
  /** Two-sided p of "it is 0". */
  readonly p: number;
  readonly test: string;
  readonly approximate: boolean;
  readonly reason?: string | undefined;
}

/** What can be worked out from a claim's other parts is not asked for. */
export type ClaimParts = Omit<Claim, "p">;

export function claimOf(parts: ClaimParts): Claim {
  const { pAbove, pBelow } = parts;
  return {
    ...parts,
    // Tests may cost milliseconds, and this one is not always asked for.
    get p() {
      return Math.min(1, 2 * Math.min(pAbove(0), pBelow(0)));
    },
  };
}

/** The claim about e to the power of a value. */
export function exponential(claim: Claim): Claim {
  const { n, groups, se, test, approximate, reason } = claim;
  const value = Math.exp(claim.value);
  return claimOf({
    n,
    groups,
    value,
    se: se === null ? null : se * value,
    test,
    approximate,
    ...(reason !== undefined && { reason }),
    interval(level) {
      const found = claim.interval(level);
      return found && { ...found, low: Math.exp(found.low), high: Math.exp(found.high) };
    },
    // It is above 0 for certain.
    pAbove: (bound) => (bound <= 0 ? 0 : claim.pAbove(Math.log(bound))),
    pBelow: (bound) => (bound <= 0 ? 1 : claim.pBelow(Math.log(bound))),
  });
}

/**
 * The claim about how far a value is from 0. That it is below a bound is shown when both of its sides are, each at the whole error rate
 * (two one-sided tests); that it is above, by either of them at half of it.
 *
 * @see Schuirmann 1987
 */
export function magnitude(claim: Claim): Claim {
  const { n, groups, value, se, test, approximate, reason } = claim;
  return claimOf({
    n,
    groups,
    value: Math.abs(value),
    se,
    test,
    approximate,
    ...(reason !== undefined && { reason }),
    interval(level) {
      const [found, wider] = [claim.interval(level), claim.interval(1 - (1 - level) / 2)];
      if (found === null || wider === null) return null;
      return { ...found, low: Math.max(0, wider.low, -wider.high), high: Math.max(-found.low, found.high) };
    },
    pAbove: (bound) => (bound < 0 ? 0 : Math.min(1, 2 * Math.min(claim.pAbove(bound), claim.pBelow(-bound)))),
    pBelow: (bound) => (bound <= 0 ? 1 : Math.max(claim.pBelow(bound), claim.pAbove(-bound))),
  });
}

/** The claim about `offset + factor × value`; factor not 0. */
export function shifted(claim: Claim, factor: number, offset: number, test = claim.test): Claim {
  if (factor === 1 && offset === 0 && test === claim.test) return claim;
  const to = (value: number) => offset + factor * value;
  const back = (bound: number) => (bound - offset) / factor;
  const turned = factor < 0;
  const { n, groups, value, se, approximate, reason } = claim;
  return claimOf({
    n,
    groups,
    // -1 × 0 + 0 is no minus nought to a reader.
    value: to(value) + 0,
    se: se === null ? null : se * Math.abs(factor),
    test,
    approximate,
    ...(reason !== undefined && { reason }),
    interval(level) {
      const found = claim.interval(level);
      if (found === null) return null;
      const ends = [to(found.low), to(found.high)] as const;
      return { low: ends[turned ? 1 : 0], high: ends[turned ? 0 : 1], method: found.method };
    },
    pAbove: (bound) => (turned ? claim.pBelow(back(bound)) : claim.pAbove(back(bound))),
    pBelow: (bound) => (turned ? claim.pAbove(back(bound)) : claim.pBelow(back(bound))),
  });
}

/** A claim about which nothing can be said. */
export function nothingKnown(facts: Pick<Claim, "n" | "groups" | "value" | "se">, reason: string): Claim {
  const one = () => 1;
  return { ...facts, interval: () => null, pAbove: one, pBelow: one, p: 1, test: "none", approximate: true, reason };
}

const smallest = 1e-9;

/**
 * The p-values that belong to a family of intervals, one for each level, each inside the next: the smallest error rate at which the
 * interval's end lies beyond the bound. At least 0.5 where it lies beyond at none.
 */
export function testsOf(intervalAt: (level: number) => Bounds): Pick<Claim, "pAbove" | "pBelow"> {
  const p = (beyond: (interval: Bounds) => boolean) => {
    const at = (a: number) => beyond(intervalAt(1 - 2 * a));
    if (!at(0.4999)) return 0.5;
    if (at(smallest)) return smallest;
    let [no, yes] = [Math.log(smallest), Math.log(0.4999)];
    while (yes - no > 1e-6) {
      const middle = (no + yes) / 2;
      if (at(Math.exp(middle))) yes = middle;
      else no = middle;
    }
    return Math.exp(yes);
  };
  return {
    pAbove: (bound) => p(({ low }) => low > bound),
    pBelow: (bound) => p(({ high }) => high < bound),
  };
}
