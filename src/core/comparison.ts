import type { ModelIdentity, Sampling } from "./completion.ts";
import type { LeakKind, RunLeakage } from "./leakage.ts";
import type { Interval, Metric } from "./metric.ts";
import type { Counts, EndLine } from "./run-line.ts";

/** What a comparison may say about one side against the other; its sentence says the same in words. */
export type Finding = "better" | "worse" | "not-worse" | "unclear";

/** Milliseconds. */
interface LatencyFacts {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** How many of a side's samples are in the training data that was looked in. */
export interface LeakageFacts extends RunLeakage {
  /** How they were found; a kind that nobody is of is left out. */
  readonly kinds: { readonly [kind in LeakKind]?: number };
}

/** A run's deciding score on the samples that are in the training data, and on the others. */
export interface LeakScores {
  readonly clean: Metric;
  readonly leaked: Metric;
}

/** Where the numbers of one side come from. */
export interface SideFacts {
  /** As tables and sentences call it: the completion function, told apart from the other side where both have one name. */
  readonly name: string;
  readonly completion_fn: string;
  readonly eval: string;
  /** ULID of the run. */
  readonly run: string;
  readonly source: "run" | "baseline" | "import";
  /** Name of the baseline. */
  readonly baseline?: string;
  /** ISO 8601. */
  readonly started: string;
  readonly status: EndLine["status"] | "unfinished";
  readonly reason?: string;
  readonly counts: Counts;
  readonly attempts: number;
  readonly sampling: Sampling;
  readonly model: ModelIdentity;
  readonly judges: readonly ModelIdentity[];
  readonly served: EndLine["served"];
  readonly usage: EndLine["usage"];
  readonly cost: EndLine["cost"];
  readonly latency: LatencyFacts | null;
  readonly wall_ms: number | null;
  /** Replies that came from the response cache. */
  readonly cached: number;
  /** ISO 8601: when the oldest of them was given. */
  readonly cached_oldest?: string;
  readonly spec_hash: string;
  readonly data_hash: string;
  /** What made the run: name and version. */
  readonly tool: string;
  /** Absent where nobody looked for its samples in training data. */
  readonly leakage?: LeakageFacts;
}

/** What of the two runs is not the same, apart from the replies. */
export interface Difference {
  readonly what: "model" | "spec" | "data" | "item" | "ideal" | "prompt" | "sampling" | "judge" | "scorer" | "attempts" | "tool";
  /** One short clause for a person: `temperature 0 → 0.7`. May hold untrusted names. */
  readonly detail: string;
  /** Samples it touches, where that can be counted. */
  readonly samples?: number;
}

/** Which samples of the two sides met. Counts samples, not attempts. */
interface Pairing {
  readonly baseline: number;
  readonly candidate: number;
  /** The same content on both sides. */
  readonly paired: number;
  readonly only_baseline: number;
  readonly only_candidate: number;
  /** `item`: one id, other content: left out. `ideal`, `prompt`: paired, and named. */
  readonly changed: { readonly item: number; readonly ideal: number; readonly prompt: number };
  /** Pairs whose recorded replies were scored again, both by the candidate's scorer and ideals. */
  readonly rescored: number;
  /** Pairs left out since their ideals differ and a reply is not there to be scored again. */
  readonly not_rescored: number;
  /** Share of the larger side that is paired, 0 to 1. */
  readonly share: number;
}

/** Candidate minus baseline of one metric, over pairs. */
export interface Delta {
  readonly metric: string;
  readonly unit: Metric["unit"];
  readonly better: Metric["better"];
  /** Both over the pairs that count, so that their difference is `value`. */
  readonly baseline: Metric;
  readonly candidate: Metric;
  /** null: not available, and `reason` says why. */
  readonly value: number | null;
  readonly se: number | null;
  /** Two-sided, 95 %. */
  readonly interval: Interval | null;
  /** Pairs that both sides scored. */
  readonly n: number;
  readonly groups: number | null;
  /** Two-sided, of no difference. */
  readonly p: number | null;
  /** Holm over the primary metrics of all comparisons made together; BH over the slices of one path. */
  readonly p_adjusted: number | null;
  /** Name of the method that gave p and interval. */
  readonly test: string;
  /** Smallest true difference that such a comparison sees in four of five cases (80 % power at 5 %). */
  readonly mde: number | null;
  /** Outside the region in which the method's error rates were checked. */
  readonly approximate: boolean;
  readonly reason?: string;
}

/** A sample whose verdict changed. */
export interface Flip {
  readonly kind: "regression" | "improvement";
  readonly id: string;
  /** Content hash. */
  readonly item: string;
  /** Position in the candidate's issue order. */
  readonly seq: number;
  /** Passed attempts of scored ones, on both sides. */
  readonly baseline: { readonly passed: number; readonly of: number };
  readonly candidate: { readonly passed: number; readonly of: number };
  /** Probability that asking again would show the same change, 0 to 1; null = neither attempts nor log-probabilities tell. */
  readonly confidence: number | null;
  /** Every attempt on both sides agrees with the change; null with one attempt each. */
  readonly stable: boolean | null;
}

export interface SliceDelta {
  /** `metadata.label`. */
  readonly path: string;
  readonly value: string;
  readonly delta: Delta;
}

/** The pairs of a comparison that are in training data, and what is left of it without them. */
export interface ComparedLeakage {
  /** Where was looked: what either side names, each once. */
  readonly train: readonly string[];
  /** Pairs whose question was found there, by either side. */
  readonly leaked: number;
  readonly kinds: LeakageFacts["kinds"];
  /** The primary metric over the other pairs, and what may be said of it. Absent where none is leaked: it would be the same. */
  readonly clean?: { readonly finding: Finding; readonly delta: Delta };
  /** Over the leaked pairs; absent where they are too few to say anything. */
  readonly dirty?: Delta;
}

/** Two sides of one eval. Everything a report says about them comes from here; no other number is worked out later. */
export interface Comparison {
  readonly eval: string;
  readonly baseline: SideFacts;
  readonly candidate: SideFacts;
  readonly finding: Finding;
  /** The answer in natural counts; the same words in every format. */
  readonly sentence: string;
  /** Name of the metric that decides. */
  readonly primary: string;
  /** How much worse is acceptable, of the primary metric; null = none was declared. */
  readonly margin: number | null;
  readonly differs: readonly Difference[];
  readonly pairing: Pairing;
  /** The primary metric first. */
  readonly deltas: readonly Delta[];
  /** Pairs by verdict; with several attempts, by the majority of each side. */
  readonly table: {
    readonly both: number;
    readonly only_baseline: number;
    readonly only_candidate: number;
    readonly neither: number;
    /** Pairs without a verdict on a side, or with as many passes as failures. */
    readonly undecided: number;
  };
  /** Regressions first, surest first; `flips_total` counts them all. */
  readonly flips: readonly Flip[];
  readonly flips_total: { readonly regressions: number; readonly improvements: number };
  readonly slices: readonly SliceDelta[];
  /**
   * Which label was taken for which, over the pairs: rows are the right labels, columns those given, the last column replies that say
   * none. Absent where an eval has no labels, or the sides have different ones.
   */
  readonly confusion?: {
    readonly labels: readonly string[];
    readonly baseline: readonly (readonly number[])[];
    readonly candidate: readonly (readonly number[])[];
  };
  /** Absent where nobody looked for the samples in training data. */
  readonly leakage?: ComparedLeakage;
  /** What a reader must know before believing the numbers: one sentence each. */
  readonly notes: readonly string[];
}
