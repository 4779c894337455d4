import { clustersOf } from "./estimate.ts";
import type { Rows } from "./expressions/rows.ts";
import type { ScoredSeqs } from "./made-metrics.ts";
import type { Pages } from "./pages.ts";
import { isBounded } from "./score-facts.ts";
import type { ScoreFamily } from "./score-families.ts";

/** The samples of a run with the mean of each score over their attempts, as formulas take them. */
export function sampleRows({ seqs, families, samples, groups }: ScoredSeqs): Rows {
  const attempts = samples && clustersOf(seqs.map((seq) => samples.get(seq)));
  const size = attempts?.count ?? seqs.length;
  const rowOf = (at: number) => (attempts === undefined ? at : (attempts.of[at] as number));

  function means({ values }: ScoreFamily): Float64Array {
    const sums = new Float64Array(size);
    const counts = new Uint32Array(size);
    for (let at = 0; at < seqs.length; at++) {
      const value = values.get(seqs[at] as number);
      if (Number.isNaN(value)) continue;
      const row = rowOf(at);
      sums[row] = (sums[row] as number) + value;
      counts[row] = (counts[row] as number) + 1;
    }
    // 0 / 0 is what a sample without any score has.
    return sums.map((sum, row) => sum / (counts[row] as number));
  }

  function groupOfRows(pages: Pages): Uint32Array {
    const of = new Uint32Array(size);
    for (let at = 0; at < seqs.length; at++) of[rowOf(at)] = pages.get(seqs[at] as number);
    return of;
  }

  return {
    size,
    groups: groups && groupOfRows(groups),
    slices: [],
    values(side, metric) {
      const family = side === "candidate" ? families.find(({ name }) => name === metric) : undefined;
      if (family === undefined) return undefined;
      const values = means(family);
      return { values, unitRange: isBounded(metric, values) };
    },
  };
}
