import type { RuleKind } from "../../core/gate.ts";
import type { Bounds } from "../../stats/bounds.ts";
import { clopperPearson } from "../../stats/clopper-pearson.ts";
import { normalQuantile } from "../../stats/normal.ts";
import { normalCdf } from "../../stats/normal-cdf.ts";
import type { Claim } from "../expressions/claim.ts";
import { evaluate } from "../expressions/evaluate.ts";
import { expand } from "../expressions/expand.ts";
import { type Formula, leavesOf, type MeanNode, replaced } from "../expressions/expression.ts";
import { measure } from "../expressions/measure.ts";
import { type Comparator, faultIn } from "../expressions/parse-expression.ts";
import { pairRows, type Rows, sideRows, someRows } from "../expressions/rows.ts";
import { leaksOfPairs, placesWhere } from "../leaked-pairs.ts";
import type { GateCase } from "./gate-case.ts";
import { mustPassCounts } from "./must-pass-results.ts";
import { possibleValues } from "./possible.ts";
import { proportionSettledBy } from "./proportion-settled.ts";
import { namesOf, type Rule, selectorsOf } from "./rule.ts";
import { unknownBecause, vocabularyOf } from "./vocabulary.ts";

/** What a rule comes to before failures are corrected for their number. */
export interface JudgedRule {
  readonly rule: Rule;
  readonly kind: RuleKind;
  readonly bound: number;
  /** null = not available, and `reason` says why. */
  readonly value: number | null;
  readonly interval: { readonly low: number; readonly high: number; readonly method: string } | null;
  readonly n: number;
  /** Shown by the samples, those without a score counted against the candidate. */
  readonly passes: boolean;
  /** Exact rules: known to be broken. */
  readonly breaks: boolean;
  /** One-sided p of a failure; null for an exact rule. */
  readonly pFail: number | null;
  /** Samples without a score, and whether they would change the verdict from pass. */
  readonly holes: number;
  readonly holesDecide: boolean;
  readonly approximate: boolean;
  readonly reason?: string | undefined;
  /** The difference that an unchanged model would have, and the spread of the value: undefined where nobody knows. */
  readonly foresight?: { readonly unchanged: number | undefined; readonly spread: number } | undefined;
}

/**
 * Judges one claim.
 *
 * @param today `2026-11-20`: quarantines end
 * @throws FinegaugeError `gate.rule-invalid` for a name that nobody knows, or `==` about something that is measured by samples
 */
export function judgeRule(one: GateCase, rule: Rule, { alpha, today }: { alpha: number; today: string }): JudgedRule {
  const fault = faultIn(rule.text, rule.where);
  const counts = mustPassCounts(one, today);
  const formulaWith = (end: "sure" | "most") =>
    expand(
      rule.measured,
      vocabularyOf(one, rule, (selector) => counts(selector)[end]),
    );
  const formula = formulaWith("sure");
  const names = vocabularyOf(one, rule, () => Number.NaN);
  const bound = numberOf(expand(rule.bound, names));
  if (!Number.isFinite(bound)) throw fault("has no bound that is a number");
  if (
    alwaysHolds(
      possibleValues(one, rule, (name) => names.margin?.(name) ?? Number.NaN),
      rule.op,
      bound,
    )
  ) {
    throw fault(`holds whatever the candidate does: its bound is ${bound}, which no share can break`, {
      hint: "0.02 is two points",
    });
  }
  const means = leavesOf<MeanNode>(formula);
  const compares = namesOf(rule.measured).some((leaf) => leaf.kind === "regressions" || leaf.side !== "candidate");
  const unmatched = selectorsOf([rule]).filter((selector) => (one.mustPass.get(selector)?.known ?? 0) === 0);

  if (means.length === 0) {
    const ends = [numberOf(formula), numberOf(formulaWith("most"))] as const;
    const known = ends.every(Number.isFinite) && unmatched.length === 0;
    const kind = selectorsOf([rule]).length > 0 ? "must-pass" : "exact";
    const held = ends.map((value) => holds(value, rule.op, bound));
    return {
      rule,
      kind,
      bound,
      value: known ? ends[0] : null,
      interval: null,
      n: one.compared?.table.size ?? one.candidate.size,
      passes: known && held.every(Boolean),
      breaks: known && !held.some(Boolean),
      pFail: null,
      holes: 0,
      holesDecide: false,
      approximate: false,
      ...(!known && { reason: whyUnknown(one, rule, unmatched) }),
    };
  }
  if (rule.op === "==") {
    throw fault("claims that a measured number is one certain number, which no sample can show", {
      hint: "== is for counts, costs and regressions; write >= or <=",
    });
  }
  if (selectorsOf([rule]).length > 0) throw fault("mixes regressions with a measured number", { hint: "make two rules of it" });

  const rows = compares ? rowsOfPairs(one) : rowsOfCandidate(one);
  const left = measure(formula, rows);
  const upwards = rule.op === ">=" || rule.op === ">";
  const against = left.holes > 0 ? measure(formula, rows, upwards ? "lower" : "higher").claim : left.claim;
  const interval = left.claim.interval(1 - 2 * alpha);
  // What is known of a number that turns does not grow with the samples as that of a mean does.
  const turns = interval?.method === "delta-box" || (formula.kind === "call" && formula.fn === "abs");
  const passesWithout = shows(left.claim, rule.op, bound, alpha);
  const passes = passesWithout && shows(against, rule.op, bound, alpha);
  return {
    rule,
    kind: compares ? "non-inferiority" : "threshold",
    bound,
    value: Number.isFinite(left.claim.value) ? left.claim.value : null,
    interval,
    n: left.claim.n,
    passes,
    breaks: false,
    pFail: refutation(left.claim, rule.op, bound),
    holes: left.holes,
    holesDecide: passesWithout && !passes,
    approximate: left.claim.approximate,
    ...(left.claim.reason !== undefined && { reason: left.claim.reason }),
    ...(interval !== null &&
      !turns && {
        foresight: {
          unchanged: unchangedValue(one, formula),
          spread: (interval.high - interval.low) / (2 * normalQuantile(1 - alpha)),
        },
      }),
  };
}

function rowsOfPairs(one: GateCase): Rows {
  if (one.compared === undefined) return rowsOfCandidate(one);
  const { table } = one.compared;
  return countedRows(one, pairRows(table), leaksOfPairs(table));
}

function rowsOfCandidate(one: GateCase): Rows {
  return countedRows(one, sideRows(one.candidate), one.candidate.leaks);
}

/** Where nobody looked for leaks a gate on clean samples is refused, whatever these say. */
function countedRows({ cleanOnly }: GateCase, rows: Rows, leaks: Uint8Array | undefined): Rows {
  return cleanOnly && leaks !== undefined ? someRows(rows, placesWhere(leaks, false)) : rows;
}

function alwaysHolds({ low, high }: Bounds, op: Comparator, bound: number): boolean {
  return op !== "==" && holds(op === ">=" || op === ">" ? low : high, op, bound);
}

/** In plain code: `0.1 + 0.2 <= 0.3` is false, and nothing is nearly equal. */
function holds(value: number, op: Comparator, bound: number): boolean {
  switch (op) {
    case ">=":
      return value >= bound;
    case ">":
      return value > bound;
    case "<=":
      return value <= bound;
    case "<":
      return value < bound;
    case "==":
      return value === bound;
  }
}

/** Does the end of the interval that matters satisfy the rule. */
function shows(claim: Claim, op: Comparator, bound: number, alpha: number): boolean {
  const interval = claim.interval(1 - 2 * alpha);
  if (interval === null) return false;
  return holds(op === ">=" || op === ">" ? interval.low : interval.high, op, bound);
}

/** How surely the samples show the opposite. */
function refutation(claim: Claim, op: Comparator, bound: number): number {
  return op === ">=" || op === ">" ? claim.pBelow(bound) : claim.pAbove(bound);
}

/** What the formula is of a candidate that is the baseline over again. */
function unchangedValue(one: GateCase, formula: Formula): number | undefined {
  if (one.compared === undefined) return undefined;
  const same = replaced<MeanNode, MeanNode>(formula, (node) => ({ ...node, side: "baseline" }));
  const { claim } = measure(same, rowsOfPairs(one));
  return Number.isFinite(claim.value) ? claim.value : undefined;
}

/** How often a gate with this rule would end inconclusive, if the truth is `at`. */
export function inconclusiveShare({ rule, bound, foresight }: JudgedRule, at: number, alpha: number): number | undefined {
  if (foresight === undefined) return undefined;
  const z = normalQuantile(1 - alpha);
  const room = ((at - bound) * (rule.op === ">=" || rule.op === ">" ? 1 : -1)) / foresight.spread;
  return Math.max(0, 1 - normalCdf(room - z) - normalCdf(-room - z));
}

/** Samples more with which the rule would be settled in four of five cases if the value seen is the true one; null: none would. */
export function moreSamples({ value, bound, n, interval, foresight }: JudgedRule, alpha: number): number | null {
  if (foresight === undefined || value === null || value === bound) return null;
  if (interval?.method === "clopper-pearson" && value >= 0 && value <= 1 && bound >= 0 && bound <= 1) {
    const { low } = clopperPearson(value * n, n, 1 - 2 * alpha);
    // Of the share itself, or of that of the others (`1 - accuracy`), and not of a multiple.
    const settled = Math.abs(low - interval.low) < 1e-9 ? proportionSettledBy(value, bound, { n, alpha }) : null;
    if (settled !== null) return settled - n;
  }
  const needed = ((normalQuantile(1 - alpha) + normalQuantile(0.8)) * foresight.spread) / Math.abs(value - bound);
  const all = n * needed ** 2;
  return all > 1e9 ? null : Math.max(1, Math.ceil(all - n));
}

function whyUnknown({ mustPass }: GateCase, { measured }: Rule, unmatched: readonly string[]): string {
  const [selector] = unmatched;
  if (selector !== undefined) {
    return (mustPass.get(selector)?.matched ?? 0) === 0
      ? `no sample is "${selector}"`
      : `no sample that is "${selector}" has a verdict of the baseline`;
  }
  const names = namesOf(measured);
  const [name] = names.flatMap((leaf) => (leaf.kind === "name" ? [leaf.name] : []));
  return name === undefined ? "no pair has a verdict" : unknownBecause(name);
}

/** A formula without a mean in it. */
function numberOf(formula: Formula): number {
  return evaluate(formula, () => 0, []).value;
}
