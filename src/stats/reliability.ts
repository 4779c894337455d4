import type { Bounds } from "./bounds.ts";
import { checkForecasts } from "./scoring-rules.ts";
import { wilson } from "./wilson.ts";

/** Samples of similar probability: a bar of the reliability diagram. */
export interface Bin {
  readonly n: number;
  /** Mean probability. */
  readonly forecast: number;
  /** Share that came true. */
  readonly share: number;
  /** Of the share, by Wilson. */
  readonly interval: Bounds;
}

/**
 * Bins of equal width over [0, 1], each closed on the right; 0 is in the first. Empty ones are left out.
 *
 * @param ps probability of 1
 * @param ys 0 or 1
 */
export function equalWidthBins(ps: ArrayLike<number>, ys: ArrayLike<number>, bins = 10, level = 0.95): Bin[] {
  check("equalWidthBins", ps, ys, bins);
  const members = Array.from({ length: bins }, (): number[] => []);
  for (let i = 0; i < ps.length; i++) {
    // 0.7 of 10 bins is in the seventh, whatever rounding makes of 0.7 * 10.
    const at = Math.max(0, Math.ceil((ps[i] as number) * bins - 1e-9) - 1);
    (members[at] as number[]).push(i);
  }
  return members.filter((member) => member.length > 0).map((member) => binOf(member, ps, ys, level));
}

/**
 * Bins of about equally many samples, in order of probability. Equal probabilities are never parted, so that fewer, larger bins can
 * come out. The better choice where probabilities crowd near 1.
 */
export function equalMassBins(ps: ArrayLike<number>, ys: ArrayLike<number>, bins = 10, level = 0.95): Bin[] {
  check("equalMassBins", ps, ys, bins);
  const n = ps.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => (ps[a] as number) - (ps[b] as number));
  const found: Bin[] = [];
  let from = 0;
  for (let bin = 1; bin <= bins; bin++) {
    let to = Math.max(from, Math.round((bin * n) / bins));
    while (to > from && to < n && ps[order[to] as number] === ps[order[to - 1] as number]) to++;
    if (to > from) found.push(binOf(order.slice(from, to), ps, ys, level));
    from = to;
  }
  return found;
}

export interface CalibrationError {
  /** ECE: mean distance of forecast from share, weighed by n. Depends on the bins and on n; below 300 samples mostly noise. */
  readonly expected: number;
  /** MCE: the largest distance of any bin. */
  readonly largest: number;
}

/** @see Naeini, Cooper & Hauskrecht 2015 */
export function calibrationError(bins: readonly Bin[]): CalibrationError {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  if (n === 0) throw new RangeError("calibrationError: no bins");
  const off = bins.map((bin) => Math.abs(bin.forecast - bin.share));
  return { expected: bins.reduce((sum, bin, i) => sum + (bin.n / n) * (off[i] as number), 0), largest: Math.max(...off) };
}

function binOf(members: readonly number[], ps: ArrayLike<number>, ys: ArrayLike<number>, level: number): Bin {
  let [forecast, hits] = [0, 0];
  for (const i of members) {
    forecast += ps[i] as number;
    hits += ys[i] as number;
  }
  const n = members.length;
  return { n, forecast: forecast / n, share: hits / n, interval: wilson(hits, n, level) };
}

function check(name: string, ps: ArrayLike<number>, ys: ArrayLike<number>, bins: number): void {
  checkForecasts(name, ps, ys);
  if (!(Number.isInteger(bins) && bins >= 1)) throw new RangeError(`${name}: ${bins} bins`);
}
