import type { EvalSpec } from "../../core/eval-spec.ts";
import type { Metric } from "../../core/metric.ts";
import type { SampleLine } from "../../core/run-line.ts";
import type { Score } from "../../core/score.ts";
import { type Pages, pages } from "../pages.ts";
import { confusionCost } from "./confusion-cost.ts";
import { labelIds } from "./label-ids.ts";
import { labelMetrics } from "./label-metrics.ts";

/** Which label each sample of a run has, and which its reply was taken to say: two bytes each. */
export interface RunLabels {
  observe(line: SampleLine): void;
  observeScores(seq: number, scores: readonly Score[]): void;
  /**
   * @param seqs those with a reply, in order
   * @param clusters by seq: replies of one are not independent; 0 = one of its own
   */
  measure(seqs: Uint32Array, clusters: Pages | undefined, errors: number): Metric[];
}

/** undefined for an eval without labels. */
export function runLabels(spec: Pick<EvalSpec, "labels" | "confusion_cost">): RunLabels | undefined {
  const ids = labelIds(spec);
  if (ids === undefined) return undefined;
  const actual = pages((size) => new Uint8Array(size), 0);
  const said = pages((size) => new Uint8Array(size), 0);
  const observeScores = (seq: number, scores: readonly Score[]) => {
    const id = ids.said(scores);
    if (id !== 0) said.set(seq, id);
  };
  return {
    observe(line) {
      actual.set(line.seq, ids.actual(line));
      if (line.scores !== undefined) observeScores(line.seq, line.scores);
    },
    observeScores,
    measure(seqs, clusters, errors) {
      const known = seqs.filter((seq) => actual.get(seq) !== 0 && said.get(seq) !== 0);
      const replies = {
        names: ids.names,
        actual: Uint8Array.from(known, (seq) => actual.get(seq)),
        said: Uint8Array.from(known, (seq) => said.get(seq)),
        clusters: clusters && known.map((seq) => clusters.get(seq)),
        cost: confusionCost(spec, ids.names),
      };
      return labelMetrics(replies, { errors, unscored: seqs.length - known.length });
    },
  };
}
