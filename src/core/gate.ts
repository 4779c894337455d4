import type { Interval } from "./metric.ts";

export type Verdict = "pass" | "fail" | "inconclusive";

/** What kind of claim a rule makes. */
export type RuleKind = "non-inferiority" | "threshold" | "exact" | "must-pass";

/** One rule of a gate, judged on one eval. */
export interface RuleResult {
  readonly eval: string;
  /** As it was written. */
  readonly rule: string;
  readonly kind: RuleKind;
  readonly verdict: Verdict;
  /** Of the rule's left side; null = not available. */
  readonly value: number | null;
  /** The interval that decided; null for an exact rule, which claims no sampling error. */
  readonly interval: Interval | null;
  readonly bound: number;
  /** Level of the claim, one-sided; of a failure after Holm. null for an exact rule. */
  readonly alpha: number | null;
  readonly alpha_adjusted: number | null;
  readonly n: number;
  /** The verdict in words, with the numbers that decided. */
  readonly sentence: string;
  /** Inconclusive: how many more samples would settle it if the present difference is the true one; null = no number would. */
  readonly more_samples?: number | null;
  /** Inconclusive: how often an unchanged model would end so, 0 to 1. */
  readonly unchanged_inconclusive?: number;
}

/** Why a gate fails before any rule is judged. */
export interface GateRefusal {
  readonly eval: string;
  /** `gate.unpaired`, `gate.too-many-errors`. */
  readonly code: string;
  readonly sentence: string;
}

/** A sample that must pass, after it was asked again. */
export interface MustPassResult {
  readonly eval: string;
  readonly id: string;
  readonly passed: number;
  readonly of: number;
  readonly verdict: Verdict;
  /** ISO date until which a failure is tolerated, and why. */
  readonly quarantine?: { readonly until: string; readonly reason?: string };
}

/** The whole gate: every rule of every eval must pass; a refusal fails it. */
export interface GateResult {
  readonly verdict: Verdict;
  readonly rules: readonly RuleResult[];
  readonly refusals: readonly GateRefusal[];
  readonly must_pass: readonly MustPassResult[];
  /** What an inconclusive gate ends as: `gate.inconclusive` of the eval. */
  readonly inconclusive: "fail" | "warn" | "pass";
  /** What a reader must know besides. */
  readonly notes: readonly string[];
  readonly exit: 0 | 1 | 2 | 4;
}
