import type { Latency, SliceTable } from "../compare/index.ts";
import type { Comparison } from "../core/comparison.ts";
import type { GateResult } from "../core/gate.ts";
import type { JudgeCalibration } from "../core/judge-calibration.ts";
import type { Leaderboard } from "../core/leaderboard.ts";
import type { Metric } from "../core/metric.ts";
import type { Counts, EndLine, RunLine, SampleLine } from "../core/run-line.ts";
import type { Leakage } from "../page/index.ts";

/** A run as a report shows it. The numbers come from outside and are never computed again, so that every format says the same. */
export interface ReportRun {
  readonly run: RunLine;
  /** undefined: unfinished. */
  readonly end: EndLine | undefined;
  readonly counts: Counts;
  readonly metrics: readonly Metric[];
  readonly slices: readonly SliceTable[];
  readonly latency: Latency | null;
  /** Absent where nobody looked for its samples in training data. */
  readonly leakage?: Leakage | undefined;
  /** What its judge's verdicts are worth, by people's labels. */
  readonly judge_calibration?: JudgeCalibration | undefined;
  /** Every sample with all its scores folded in, in file order; each call starts from the beginning. */
  samples(): AsyncIterable<SampleLine>;
}

/** A comparison of two of the report's runs. */
export interface ReportComparison {
  readonly comparison: Comparison;
  /** Places in `runs`. */
  readonly baseline: number;
  readonly candidate: number;
}

export interface Report {
  /** ISO 8601. */
  readonly made: string;
  /** Name and version of the program: `finegauge 0.1.0`. */
  readonly tool: string;
  /** In the order in which they are shown; the first of an eval is what the others are held against. */
  readonly runs: readonly ReportRun[];
  /** What `diff` and `gate` found, in the order in which it is told. */
  readonly comparisons?: readonly ReportComparison[];
  readonly gate?: GateResult;
  readonly leaderboard?: Leaderboard;
  /** The command that makes this report again. */
  readonly command?: string;
  /** false: no sample is in the report, only numbers. */
  readonly samples?: boolean;
  /** Set by `redactReport`: the texts are safe to mail. */
  readonly redacted?: true;
}

/** One format. */
export interface ReportWriter {
  /** Without the dot. */
  readonly extension: string;
  /** The file's text, piece by piece. */
  write(report: Report): AsyncIterable<string>;
}
