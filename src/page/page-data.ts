import type { TokenLogprob, Usage } from "../core/completion.ts";
import type { Bag } from "../core/json.ts";
import type { Prompt, ToolCall } from "../core/message.ts";
import type { Metric } from "../core/metric.ts";
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
  readonly rows: readonly PageRow[];
  /** Rows there are; more than `rows.length` when the file would have become too large. */
  readonly total_rows: number;
}

interface PageEval {
  readonly name: string;
  readonly description?: string;
  /** Present iff two runs or more; one for each run but the first. */
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

export interface Confusion {
  readonly right: readonly string[];
  readonly said: readonly string[];
  /** `n[i][j]`: right[i] was taken to say said[j]. */
  readonly n: readonly (readonly number[])[];
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
  readonly cells: readonly PageCell[];
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
  readonly scores?: readonly Omit<Score, "judgements">[];
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
  readonly adjusted?: readonly string[];
}
