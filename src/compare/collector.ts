import type { LeakScores } from "../core/comparison.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import type { Metric } from "../core/metric.ts";
import type { Tally } from "../core/observer.ts";
import type { SampleLine, ScoreLine } from "../core/run-line.ts";
import type { MadeMetrics } from "./made-metrics.ts";

export interface CollectorOptions {
  /** Of the eval; the `spec` of a run's first line fits once it is checked. */
  readonly spec: Pick<EvalSpec, "group_by" | "slices" | "higher_is_better" | "labels" | "confusion_cost">;
  /** (sample, attempt) pairs of the whole run: selected samples times attempts. */
  readonly selected: number;
  readonly attempts: number;
  /** The eval's own metrics; absent = they are not worked out. */
  readonly expressions?: MadeMetrics | undefined;
}

/** Accuracy by the value that samples have at one path. */
export interface SliceTable {
  /** As the spec has it: `metadata.label`. */
  readonly path: string;
  /** Largest first; beyond 200 values the smallest are taken together as `other`. */
  readonly values: readonly { readonly value: string; readonly metric: Metric }[];
  /** Why there are no values. */
  readonly reason?: string | undefined;
}

/** Milliseconds; quantiles are good to 1 %. */
export interface Latency {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/**
 * Gathers the numbers of a run from its lines, in whatever order they come.
 *
 * Holds about 9 bytes for each (sample, attempt) and score name and allocates nothing per line. What it yields depends on `seq`
 * alone, to the last bit: never on the order of completion, which depends on the answers.
 */
export interface Collector extends Tally {
  /** A line for a `seq` that was seen before takes its place. Throws `run.corrupt` for a seq that the run cannot have. */
  observe(line: SampleLine): void;
  observeScores(line: ScoreLine): void;
  /** Cheap: for a progress line. Of the primary score; null before the first one, and where it is no accuracy. */
  running(): { readonly n: number; readonly accuracy: number | null };
  slices(): readonly SliceTable[];
  /** Undefined when no line says that its sample is in the training data. */
  leakScores(): LeakScores | undefined;
  /** null before the first reply. */
  latency(): Latency | null;
}
