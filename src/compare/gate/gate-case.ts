import type { EvalSpec } from "../../core/eval-spec.ts";
import type { Compared } from "../compare-sides.ts";
import type { Expression } from "../expressions/expression.ts";
import type { Side } from "../side.ts";
import type { MustPass, Quarantine } from "./must-pass.ts";
import type { Rule } from "./rule.ts";

/** One candidate on one eval, with everything that its verdict hangs on. */
export interface GateCase {
  readonly candidate: Side;
  /** Absent: there is no baseline, and only rules about the candidate alone can be judged. */
  readonly compared?: Compared | undefined;
  readonly rules: readonly Rule[];
  /** The eval's own metrics, read. */
  readonly expressions: ReadonlyMap<string, Expression>;
  /** By metric. */
  readonly margin: { readonly [metric: string]: number };
  readonly inconclusive: NonNullable<NonNullable<EvalSpec["gate"]>["inconclusive"]>;
  /** Samples behind `regressions("…")`, by that text. */
  readonly mustPass: ReadonlyMap<string, MustPass>;
  readonly quarantine: readonly Quarantine[];
}

/** The candidate's name as sentences have it. */
export function nameOf({ candidate, compared }: GateCase): string {
  return compared?.comparison.candidate.name ?? candidate.facts.name;
}
