import type { EvalSpec } from "../../core/eval-spec.ts";
import type { Compared } from "../compare-sides.ts";
import type { Expression } from "../expressions/expression.ts";
import type { Side } from "../side.ts";
import type { MustPass, Quarantine } from "./must-pass.ts";
import type { Rule } from "./rule.ts";

/** One candidate on one eval, with everything that its verdict hangs on. */
export interface GateCase {
  readonly candidate: Side;
  /** Where its name alone would not tell it from another candidate on the same eval. */
  readonly label?: string | undefined;
  /** Id of the candidate's newest run without replies from the cache; absent: there is none, or this one has none. */
  readonly uncached?: string | undefined;
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
  /** Measured numbers leave out the samples that are in the training data. */
  readonly cleanOnly?: boolean | undefined;
}

/** The candidate's name as sentences have it. */
export function nameOf({ label, candidate, compared }: GateCase): string {
  return label ?? compared?.comparison.candidate.name ?? candidate.facts.name;
}

/** The same cases; candidates of one name on one eval are told apart by their runs. */
export function toldApart(cases: readonly GateCase[]): GateCase[] {
  const keyOf = (one: GateCase) => JSON.stringify([one.candidate.facts.eval, nameOf(one)]);
  const times = new Map<string, number>();
  for (const one of cases) times.set(keyOf(one), (times.get(keyOf(one)) ?? 0) + 1);
  return cases.map((one) =>
    (times.get(keyOf(one)) ?? 0) > 1 ? { ...one, label: `${nameOf(one)} (run ${one.candidate.facts.run})` } : one,
  );
}
