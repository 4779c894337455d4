import type { ErrorCode } from "./errors.ts";
import type { Metric } from "./metric.ts";
import type { Counts, EndLine, SampleLine, ScoreLine } from "./run-line.ts";

/** Watches a run from inside the engine, line by line in order of completion; whatever it sums, it sums by `seq`. */
export interface Observer {
  /** @param earlier it was written by an earlier session of this run, and is read back */
  observe(line: SampleLine, earlier?: boolean): void;
  observeScores?(line: ScoreLine): void;
  /** Asked after every line: a code ends the run cleanly (`run.budget-spent`). */
  stop?(): ErrorCode | null;
}

/** The observer that knows what the run's last line says. */
export interface Tally extends Observer {
  counts(): Counts;
  metrics(): readonly Metric[];
  /** Judges' tokens and dollars apart from the model's. */
  usage(): EndLine["usage"];
  served(): EndLine["served"];
  cost(): EndLine["cost"];
  cached(): EndLine["cached"];
}
