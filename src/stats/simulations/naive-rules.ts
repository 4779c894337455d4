import type { MarginRule } from "./margin-levels.ts";

// Each says "worse", of counts in which b are the pairs that only the baseline has right.

/** "The score went down": by more than so many points. */
export const downBy =
  (points: number): MarginRule =>
  ({ b, c, n }) =>
    (100 * (b - c)) / n > points + 1e-9;

/** A z test at two-sided 5 % of two shares, as if they came from different samples. */
export const unpairedZ =
  (baselineRight: number): MarginRule =>
  ({ b, c, n }) => {
    const candidateRight = Math.min(1, Math.max(0, baselineRight - (b - c) / n));
    const variance = (baselineRight * (1 - baselineRight) + candidateRight * (1 - candidateRight)) / n;
    return baselineRight - candidateRight > 1.959963984540054 * Math.sqrt(variance);
  };

/** A paired difference against its standard error, one-sided at z: says "above the bound". Certain where there is no spread. */
export const waldZ =
  (bound: number, z: number): MarginRule =>
  ({ b, c, n }) => {
    const se = Math.sqrt(Math.max(0, b + c - (b - c) ** 2 / n) / (n * (n - 1)));
    return (b - c) / n - bound > z * se;
  };
