import type { Comparison, LeakageFacts, LeakScores } from "../core/comparison.ts";
import type { TokenLogprob, Usage } from "../core/completion.ts";
import type { GateResult } from "../core/gate.ts";
import type { Bag } from "../core/json.ts";
import type { JudgeCalibration } from "../core/judge-calibration.ts";
import type { Leaderboard } from "../core/leaderboard.ts";
import type { LeakKind } from "../core/leakage.ts";
import type { Prompt, ToolCall } from "../core/message.ts";
import type { Interval, Metric } from "../core/metric.ts";
import type { Counts } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";

/** What the page shows: plain JSON, embedded in the file. */
export interface PageData {
  readonly format: 1;
  readonly made: string;
  readonly tool: string;
  /** Shown side by side; the first is what the others are held against. */
  readonly columns: readonly string[];
  readonly evals: readonly PageEval[];
  readonly runs: readonly PageRun[];
  /** What was compared, in the order in which it is told; empty where nothing was. */
  readonly comparisons: readonly PageComparison[];
  readonly gate?: GateResult;
  readonly leaderboard?: Leaderboard;
  /** The command that makes this page again. */
  readonly command?: string;
  readonly rows: readonly PageRow[];
  /** Rows there are; more than `rows.length` when the file would have become too large. */
  readonly total_rows: number;
  /** Of the rows that are not in the file; present iff there are any. */
  readonly left_out?: LeftOut;
  /** No sample was to be in the file: `rows` is empty for that reason. */
  readonly no_samples?: true;
  /** E-mail addresses, phone numbers and keys are replaced by placeholders. */
  readonly redacted?: true;
}

export interface LeftOut {
  /** Samples whose verdict changed. */
  readonly flips: number;
  /** Other samples that failed, or got no reply. */
  readonly failures: number;
  readonly others: number;
}

/** Everything said about two runs of one eval; the flips are marked in the rows. */
export interface PageComparison extends Omit<Comparison, "eval" | "flips"> {
  /** Index into `evals`. */
  readonly on: number;
  /** Indexes into `runs`. */
  readonly runs: { readonly baseline: number; readonly candidate: number };
}

interface PageEval {
  readonly name: string;
  readonly description?: string;
  /** Of runs that nobody compared: one for each but the first. */
  readonly pairs: readonly PagePair[];
}

/** The same samples in two runs: counts of (sample, attempt) pairs that passed or failed in both. */
export interface PagePair {
  readonly baseline: number;
  readonly candidate: number;
  readonly both: number;
  readonly only_baseline: number;
  readonly only_candidate: number;
  readonly neither: number;
}

export type RunStatus = "complete" | "stopped" | "failed" | "unfinished";

export interface PageRun {
  readonly id: string;
  /** Index into `evals`. */
  readonly eval: number;
  /** Index into `columns`; (eval, column) names one run. */
  readonly column: number;
  readonly started: string;
  readonly status: RunStatus;
  readonly reason?: string;
  readonly wall_ms?: number;
  readonly cost?: number;
  readonly counts: Counts;
  readonly metrics: readonly Metric[];
  readonly slices: readonly PageSlices[];
  /** Milliseconds. */
  readonly latency?: { readonly n: number; readonly p50: number; readonly p95: number; readonly max: number };
  /** Rows: what was right. Columns: what the reply was taken to say. */
  readonly confusion?: Confusion;
  /** How far the model's own probabilities can be believed; absent where no reply has any. */
  readonly calibration?: Calibration;
  /** Absent where no model judged. */
  readonly judging?: Judging;
  /** What its judge's verdicts are worth, by people's labels. */
  readonly judge_calibration?: JudgeCalibration;
  /** Absent where nobody looked, or nothing was found. */
  readonly leakage?: Leakage;
  readonly spent: Spent;
  /** Name and value, in the order shown. */
  readonly provenance: readonly (readonly [string, string])[];
  /** The command that measures the same again. */
  readonly command: string;
}

/** The primary metric by the value that samples have at `path`: `metadata.label`. */
interface PageSlices {
  readonly path: string;
  readonly values: readonly { readonly value: string; readonly metric: Metric }[];
}

/** How many of a run's samples are in training data, and its deciding score on them and on the others. */
export interface Leakage extends LeakageFacts {
  /** The run's. */
  readonly samples: number;
  /** Absent where none is leaked. */
  readonly scores?: LeakScores;
}

export interface Confusion {
  readonly right: readonly string[];
  readonly said: readonly string[];
  /** `n[i][j]`: right[i] was taken to say said[j]. */
  readonly n: readonly (readonly number[])[];
}

/** Replies by the probability that the model gave them, against how often they were right. */
export interface Calibration {
  /** Judged replies with a probability. */
  readonly n: number;
  /** Mean distance between probability and share of right replies, over equally wide bins, weighted by their size. */
  readonly ece: number;
  /** Mean square of (probability − right). */
  readonly brier: number;
  readonly bins: readonly CalibrationBin[];
}

interface CalibrationBin {
  readonly n: number;
  /** Mean probability of the bin's replies. */
  readonly mean: number;
  /** Of them, right. */
  readonly share: number;
  /** Of the share, by Wilson. */
  readonly interval: Pick<Interval, "low" | "high">;
}

/** What model judges did in one run; counts of (sample, attempt) pairs. */
export interface Judging {
  readonly judges: readonly string[];
  readonly graded: number;
  readonly unscored: number;
  /** Grades that could not be read and were given the lowest score. */
  readonly invalid: number;
  /** Mean share of judge pairs that agree, where several judged. */
  readonly agreement?: { readonly n: number; readonly share: number };
  /** Share of pairs that got the same grade in both orders, where both were asked. */
  readonly consistent?: { readonly n: number; readonly share: number };
}

/** What one run took; absent = nobody counted it. */
export interface Spent {
  readonly right: number;
  readonly tokens_in?: number;
  readonly tokens_out?: number;
  /** US dollars. */
  readonly model_cost?: number;
  readonly judge_cost?: number;
}

/** What became of one sample: `scored` = a value without a pass mark. */
export type Outcome = "passed" | "failed" | "error" | "unscored" | "scored";

/** One question, with the reply of each run that asked it. */
export interface PageRow {
  readonly eval: number;
  readonly id: string;
  readonly attempt: number;
  /** Absent under --no-inputs. */
  readonly input?: Prompt;
  readonly ideal?: readonly string[];
  readonly choices?: readonly string[];
  readonly fields?: Bag;
  readonly metadata?: Bag;
  /** How the sample was found in training data. */
  readonly leak?: LeakKind;
  /** How the sample fared in each comparison that has it as a pair; with several attempts by the majority. */
  readonly pairs?: readonly RowPair[];
  readonly cells: readonly PageCell[];
}

/** How a pair fared. */
export type Change = "both" | "only_baseline" | "only_candidate" | "neither";

export interface RowPair {
  /** Index into `comparisons`. */
  readonly of: number;
  readonly change: Change;
  /** Of a flip: probability that asking again would show it again. */
  readonly confidence?: number;
  /** Of a flip with several attempts: whether all of them agree. */
  readonly stable?: boolean;
}

/** The counts beside accuracy that one reply is part of. */
export type Flag = "filtered" | "cut_off" | "empty" | "refused" | "invalid_label";

export interface PageCell {
  /** Index into `runs`. */
  readonly run: number;
  readonly outcome: Outcome;
  readonly flags?: readonly Flag[];
  /** What was taken from the reply. */
  readonly label?: string;
  readonly text?: string;
  /** `<think>` text, or reasoning that the server sent apart. */
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly tool_calls?: readonly ToolCall[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly scores?: readonly Omit<Score, "judgements" | "details">[];
  readonly judgements?: readonly { readonly judge: string; readonly text: string }[];
  readonly logprobs?: readonly TokenLogprob[];
  /** Replies or likelihoods beyond the first one, by the output's name. */
  readonly more?: { readonly [output: string]: readonly string[] };
  readonly finish?: string;
  readonly usage?: Usage;
  readonly ms?: number;
  readonly cost?: number;
  /** Failed requests before the last. */
  readonly tries?: readonly string[];
  readonly served?: string;
  readonly cached?: true;
  /** When the model gave it, as people read it. */
  readonly cached_at?: string;
  readonly adjusted?: readonly string[];
}
