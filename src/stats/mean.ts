import { type Bounds, tailOf } from "./bounds.ts";
import { tQuantile } from "./student.ts";

export interface Mean {
  readonly mean: number;
  /** By the central limit theorem, with n - 1; null below two values. 0 when all are alike: then it says nothing. */
  readonly se: number | null;
  readonly n: number;
}

/** Mean and its standard error, summed in the order given. */
export function meanOf(values: ArrayLike<number>): Mean {
  const n = values.length;
  if (n === 0) throw new RangeError("meanOf: no values");
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] as number;
  const mean = sum / n;
  if (n < 2) return { mean, se: null, n };
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, se: Math.sqrt(squares / (n - 1) / n), n };
}

/**
 * Student's interval around a mean.
 *
 * @param se above 0: values that are all alike have no such interval
 * @param df n - 1, or groups - 1
 */
export function tInterval(mean: number, se: number, df: number, level = 0.95): Bounds {
  if (!(se > 0)) throw new RangeError(`tInterval: standard error ${se}`);
  const half = tQuantile(1 - tailOf(level), df) * se;
  return { low: mean - half, high: mean + half };
}

/**
 * Interval for the mean of values in [0, 1] that were alike in all of n independent trials, where a standard error would be 0.
 *
 * With 0 of n trials off, at most a share u is off (Clopper-Pearson), and those that are lie in [0, 1].
 */
export function alikeInterval(value: number, n: number, level = 0.95): Bounds {
  if (!(n >= 1 && value >= 0 && value <= 1)) throw new RangeError(`alikeInterval: ${value} in ${n} trials`);
  const off = 1 - tailOf(level) ** (1 / n);
  return { low: value * (1 - off), high: value + (1 - value) * off };
}
