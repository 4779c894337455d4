import type { Comparison } from "../core/comparison.ts";
import { holm } from "../stats/adjust.ts";

/**
 * Comparisons made together: the p of each deciding metric is corrected over them all (Holm), and a claim that stands alone but not among
 * so many is said to be one.
 */
export function withFamily(comparisons: readonly Comparison[]): Comparison[] {
  const ps = comparisons.flatMap(({ deltas }, at) => (deltas[0]?.p == null ? [] : [{ at, p: deltas[0].p }]));
  const adjusted = new Map(holm(ps.map(({ p }) => p)).map((p, index) => [ps[index]?.at, p]));
  return comparisons.map((comparison, at) => {
    const [first, ...others] = comparison.deltas;
    const p = adjusted.get(at);
    if (first === undefined || p === undefined) return comparison;
    const claims = comparison.finding === "better" || comparison.finding === "worse";
    const note =
      claims && p > 0.05
        ? [`one of ${ps.length} comparisons: after correction for them all (Holm) this claim does not stand, p ${p.toFixed(2)}`]
        : [];
    return { ...comparison, deltas: [{ ...first, p_adjusted: p }, ...others], notes: [...comparison.notes, ...note] };
  });
}
