/**
 * One-sided tests of "the difference is at most a bound", one for every bound, and the lower limits that go with them: p rises with the
 * bound, and low(a) is the bound at which it reaches a. So low(a) > bound exactly when pAbove(bound) < a.
 *
 * The other side is the same thing made from swapped data, with its signs changed.
 */
export interface OneSided {
  /** In [0, 1]; small = the difference is shown to be above the bound. At least 0.5 for a bound at or above the estimate. */
  pAbove(bound: number): number;
  /** @param a in (0, 0.5], e.g. 0.05 for the limit that holds with 95 % */
  low(a: number): number;
}

/** The most cautious of several: nothing is shown unless all of them show it. */
export function mostCautious(tests: readonly OneSided[]): OneSided {
  return {
    pAbove: (bound) => Math.max(...tests.map((test) => test.pAbove(bound))),
    low: (a) => Math.min(...tests.map((test) => test.low(a))),
  };
}
