import { exactMargin } from "./exact-margin.ts";
import type { PairedCounts } from "./paired-counts.ts";
import { tangoMargin } from "./tango.ts";
import { type TwoSided, twoSided } from "./two-sided.ts";

/**
 * The exact test up to so many flips, Tango's above.
 *
 * Enumerated at 2,000 expected flips and true differences from -0.03 to 0.03, Tango's one-sided tests at 5 % and 2.5 % reject at most
 * 1.013 times as often as stated; at 5 expected flips 1.96 times. The exact interval takes 20 ms there.
 */
const mostExactFlips = 2000;

/** The default for right-or-wrong values of independent pairs. */
export function proportionMargins({ b, c, n }: PairedCounts): TwoSided & { readonly test: "paired-exact" | "paired-tango" } {
  const exact = b + c <= mostExactFlips;
  const margin = exact ? exactMargin : tangoMargin;
  return {
    ...twoSided(
      () => margin({ b, c, n }),
      () => margin({ b: c, c: b, n }),
    ),
    test: exact ? "paired-exact" : "paired-tango",
  };
}
