import type { Metric } from "../core/metric.ts";
import type { Pages } from "./pages.ts";
import type { ScoreFamily } from "./score-families.ts";

/** The scores of a run, by place in issue order. */
export interface ScoredSeqs {
  /** Those that have a reply, in order. */
  readonly seqs: Uint32Array;
  readonly families: readonly ScoreFamily[];
  /** Whose attempt each is; absent = one attempt each. */
  readonly samples: Pages | undefined;
  readonly groups: Pages | undefined;
}

/** Metrics that are made of a run's scores, such as an eval's own. */
export interface MadeMetrics {
  measure(scored: ScoredSeqs, lowerIsBetter: boolean): Metric[];
}
