import type { Interval } from "./metric.ts";

export type Verdict = "pass" | "fail" | "inconclusive";

/** What kind of claim a rule makes. */
export type RuleKind = "non-inferiority" | "threshold" | "exact" | "must-pass";

/** One rule of a gate, judged for one candidate on one eval. */
export interface RuleResult {
  readonly eval: string;
  readonly candidate: string;
  /** Id of the candidate's run: two candidates may have one name. */
  readonly run: string;
  /** As it was written. A chained rule makes two claims, each with a result of its own. */
  readonly rule: string;
  readonly kind: RuleKind;
  readonly verdict: Verdict;
  /** Of the rule's measured side; null = not available. */
  readonly value: number | null;
  /** The interval that decided, each end at the level of `alpha`; null for an exact rule, which claims no sampling error. */
  readonly interval: Interval | null;
  readonly op: ">=" | ">" | "<=" | "<" | "==";
  readonly bound: number;
  /** Error rate of each claim, one-sided; null for an exact rule. */
  readonly alpha: number | null;
  /** One-sided p of a failure, and the same after Holm over all rules judged together. Null for an exact rule. */
  readonly p_fail: number | null;
  readonly p_fail_adjusted: number | null;
  /** Samples it stands on. */
  readonly n: number;
  /** The verdict in words, with the numbers that decided. */
  readonly sentence: string;
  /** Inconclusive: how many more samples would settle it if the present difference is the true one; null = no number would. */
  readonly more_samples?: number | null;
  /** How often an unchanged model would end inconclusive, 0 to 1. */
  readonly unchanged_inconclusive?: number;
  /** Outside the region in which the method's error rates were checked. */
  readonly approximate?: boolean;
}

/** Why a gate is no pass, whatever its rules say. */
export interface GateRefusal {
  readonly eval: string;
  readonly candidate: string;
  /** Id of the candidate's run: two candidates may have one name. */
  readonly run: string;
  /** `gate.unpaired`, `gate.too-many-errors`: docs/gate.md has them all. */
  readonly code: string;
  readonly sentence: string;
}

/** A sample that must pass and that the baseline passed, after it was asked again. */
export interface MustPassResult {
  readonly eval: string;
  readonly candidate: string;
  /** Id of the candidate's run: two candidates may have one name. */
  readonly run: string;
  readonly id: string;
  /** Passed replies of all: the first ones and those asked again. */
  readonly passed: number;
  readonly of: number;
  /** By the majority of replies; a draw is inconclusive. */
  readonly verdict: Verdict;
  /** Tolerated until this day (`2026-12-31`, inclusive), and why. */
  readonly quarantine?: { readonly until: string; readonly reason?: string };
}

/** The whole gate: every rule of every eval must pass; a refusal fails it, and without a baseline it is inconclusive at best. */
export interface GateResult {
  readonly verdict: Verdict;
  /** The verdict in one sentence. */
  readonly sentence: string;
  readonly rules: readonly RuleResult[];
  readonly refusals: readonly GateRefusal[];
  readonly must_pass: readonly MustPassResult[];
  /** What an inconclusive gate ends as: the strictest `gate.inconclusive` of the evals that are. */
  readonly inconclusive: "fail" | "warn" | "pass";
  /** What a reader must know besides. */
  readonly notes: readonly string[];
  /** 2 = something has no baseline. */
  readonly exit: 0 | 1 | 2 | 4;
}
