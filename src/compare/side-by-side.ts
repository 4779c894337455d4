import type { Metric } from "../core/metric.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";

export interface RunSummary {
  readonly run: RunLine;
  readonly status: EndLine["status"] | "unfinished";
  readonly metrics: readonly Metric[];
}

export interface Cell {
  /** Id of the run. */
  readonly run: string;
  readonly status: RunSummary["status"];
  /** The primary metric; undefined when the run has none. */
  readonly metric: Metric | undefined;
}

/** Evals down, models across. */
export interface SideBySide {
  readonly models: readonly string[];
  readonly rows: readonly { readonly eval: string; readonly cells: readonly (Cell | undefined)[] }[];
}
