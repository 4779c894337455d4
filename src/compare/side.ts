import type { LeakScores, SideFacts } from "../core/comparison.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import type { LeakKind } from "../core/leakage.ts";
import type { Metric } from "../core/metric.ts";
import type { EndLine, RunLine, SampleLine } from "../core/run-line.ts";
import type { SliceTable } from "./collector.ts";
import type { CountedFlag } from "./reply-flags.ts";

/** A run as a comparison takes it: a run file, a baseline, or another harness' log. */
export interface SideSource {
  /** Where it was read from, for messages. */
  readonly file?: string;
  readonly run: RunLine;
  readonly end: EndLine | undefined;
  /** Each (sample, attempt) once, in any order; each call starts from the beginning. With `only`, those positions alone. */
  samples(only?: SeqSet): AsyncIterable<SideLine>;
  /** What the source knows and its lines do not tell: a baseline has no replies. Its `end` then has the metrics of the whole run. */
  readonly facts?: Partial<SideFacts>;
  /** A leak file was put over the run: how a sample of that content was found in the training data. */
  readonly leakOf?: (item: string) => LeakKind | undefined;
}

/** A sample line; one of a baseline says what its reply was counted as. */
export type SideLine = SampleLine & { readonly flags?: readonly CountedFlag[] };

/** Positions in issue order. */
export interface SeqSet {
  has(seq: number): boolean;
}

/** 64-bit hashes by row: two words each. */
export type Hashes = Uint32Array;

/** One number for each sample; NaN where there is none. */
export interface Column {
  readonly name: string;
  /** Scores and counts: the mean over the sample's attempts. Usage: the mean over its replies. */
  readonly values: Float64Array;
  /** Values cannot leave 0 to 1. */
  readonly unitRange: boolean;
  readonly unit: Metric["unit"];
  readonly better: Metric["better"];
  /** `label`: a part of what labels are measured by; for formulas alone. */
  readonly kind: "score" | "count" | "usage" | "label";
  /** The same values, where another side says which label is right. */
  readonly from?: (labels: LabelsOfRows) => Float64Array;
}

/** The value that each sample has at one path; id 0 = none. */
export interface Labels {
  readonly path: string;
  readonly ids: Uint32Array;
  text(id: number): string;
  /** There were too many different values to tell apart. */
  readonly full: boolean;
}

/** Which label each sample of a side has, and which its replies were taken to say. */
export interface SideLabels {
  readonly names: readonly string[];
  /** By row; 0 = not known. */
  readonly actual: Uint8Array;
  /** By row × attempts; 0 = not scored, 255 = none of them. */
  readonly said: Uint8Array;
  readonly attempts: number;
}

/** The right label of each row by another side, whose labels may be numbered in another way; 0 where it does not know. */
export interface LabelsOfRows {
  readonly names: readonly string[];
  readonly actual: Uint8Array;
}

export const noSeq = 2 ** 32 - 1;

/** Verdicts in a byte. */
export const verdict = { none: 0, failed: 1, passed: 2 } as const;

/**
 * One side of a comparison, in columns: about 100 bytes a sample. A row is a sample; rows stand in issue order.
 */
export interface Side {
  readonly source: SideSource;
  readonly facts: SideFacts;
  readonly spec: EvalSpec;
  /** Rows. */
  readonly size: number;
  readonly attempts: number;
  readonly item: Hashes;
  readonly ideal: Hashes;
  readonly prompt: Hashes;
  /** Hash of the sample's id. */
  readonly id: Hashes;
  /** Position of the sample's first attempt in issue order; ascending. */
  readonly seq: Uint32Array;
  /** By row × attempts: position of each in issue order; `noSeq` where an attempt is not there. */
  readonly seqs: Uint32Array;
  /** By row × attempts: what the deciding score says. */
  readonly verdicts: Uint8Array;
  /** By row × attempts: probability of the whole reply by its log-probabilities; NaN where they are not there. */
  readonly sureness: Float32Array | undefined;
  /** By name: scores, the six counts, `ms`, `input_tokens`, `output_tokens`, `cost`, `reply_characters`. */
  readonly columns: ReadonlyMap<string, Column>;
  /** The score that decides: accuracy, else the first with a pass mark, else the first. */
  readonly primary: string;
  /** Which label each sample has and was given; undefined for an eval without labels. */
  readonly labels: SideLabels | undefined;
  /** By row: 0 = not in the training data, else 1 + the place of its kind in `leakKinds`. Undefined where nobody looked. */
  readonly leaks: Uint8Array | undefined;
  /** Undefined where no sample is leaked. */
  readonly leakScores: LeakScores | undefined;
  /** Of `group_by`. */
  readonly groups: Labels | undefined;
  readonly slices: readonly Labels[];
  /** Over the whole side, paired or not. */
  readonly metrics: readonly Metric[];
  readonly sliceTables: readonly SliceTable[];
}
