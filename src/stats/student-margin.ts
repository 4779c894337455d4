import type { OneSided } from "./one-sided.ts";
import { tQuantile } from "./student.ts";
import { tCdf } from "./t-cdf.ts";

/**
 * Student's test of every bound for an estimate with a standard error.
 *
 * @param se above 0: without spread there is nothing to test with
 */
export function studentMargin({ value, se, df }: { value: number; se: number; df: number }): OneSided {
  if (!(se > 0)) throw new RangeError(`studentMargin: standard error ${se}`);
  return {
    pAbove: (bound) => tCdf((bound - value) / se, df),
    low: (a) => value + se * tQuantile(a, df),
  };
}
