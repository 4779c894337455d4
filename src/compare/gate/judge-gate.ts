import { howMany } from "../../core/figures.ts";
import type { GateResult, RuleResult, Verdict } from "../../core/gate.ts";
import { holm } from "../../stats/adjust.ts";
import { type GateCase, nameOf, toldApart } from "./gate-case.ts";
import { inconclusiveShare, type JudgedRule, judgeRule, moreSamples } from "./judge-rule.ts";
import { expiredNotes, lostNotes, mustPassResults } from "./must-pass-results.ts";
import { refusalsOf } from "./refusals.ts";
import { needsBaseline } from "./rule.ts";
import { ruleSentence } from "./rule-sentence.ts";

export interface GateInput {
  readonly cases: readonly GateCase[];
  /** Error rate of each pass, and of all failures together; default 0.05. */
  readonly alpha?: number | undefined;
  /** `2026-11-20` */
  readonly today: string;
  /** What a reader must know besides. */
  readonly notes?: readonly string[] | undefined;
}

/** An unchanged model that ends inconclusive so often tells of a margin that the samples cannot settle. */
const oftenUnsettled = 0.5;

/**
 * Judges every rule of every case as a claim about an interval: pass where the one-sided bound satisfies it, fail where the opposite one
 * refutes it, else inconclusive. Failures are corrected for their number (Holm); passes need not be, since all have to hold.
 *
 * A pure function of its input. Whatever it cannot see is no pass: docs/gate.md has the whole of it.
 *
 * @throws FinegaugeError `gate.rule-invalid`
 */
export function judgeGate({ cases: given, alpha = 0.05, today, notes = [] }: GateInput): GateResult {
  const cases = toldApart(given);
  const judged = cases.flatMap((one) =>
    one.rules
      .filter((rule) => one.compared !== undefined || !needsBaseline(rule))
      .map((rule) => ({ one, judged: judgeRule(one, rule, { alpha, today }) })),
  );
  const statistical = judged.flatMap(({ judged: { pFail } }, at) => (pFail === null ? [] : [{ at, pFail }]));
  const adjusted = new Map(holm(statistical.map(({ pFail }) => pFail)).map((p, index) => [statistical[index]?.at, p]));
  const rules = judged.map((entry, at) =>
    resultOf(entry.one, entry.judged, { alpha, adjusted: adjusted.get(at), claims: statistical.length }),
  );
  return concluded({
    rules,
    refusals: cases.flatMap(refusalsOf),
    must_pass: cases.flatMap((one) => mustPassResults(one, today)),
    inconclusive: strictest(cases.filter((one) => rules.some((rule) => rule.verdict === "inconclusive" && isOf(rule, one)))),
    notes: [
      ...notes,
      ...cases.flatMap((one) => [...expiredNotes(one, today), ...lostNotes(one), ...cleanNotes(one)]),
      ...marginNotes(
        judged.filter((_, at) => rules[at]?.verdict === "inconclusive"),
        alpha,
      ),
      ...choiceNotes(cases),
    ],
    withoutBaseline: cases.some(({ compared }) => compared === undefined),
  });
}

/** The parts of a result from which its verdict follows. */
export type GateParts = Pick<GateResult, "rules" | "refusals" | "must_pass" | "inconclusive" | "notes"> & {
  readonly withoutBaseline: boolean;
};

/** The whole verdict: refused or failed, else unsettled, else passed. */
export function concluded({ withoutBaseline, ...parts }: GateParts): GateResult {
  const { rules, refusals } = parts;
  const count = (verdict: Verdict) => rules.filter((rule) => rule.verdict === verdict).length;
  const [failed, open] = [count("fail"), count("inconclusive")];
  // What nobody judged is no pass, and without a baseline some of it was not.
  const unsettled = open > 0 || rules.length === 0 || withoutBaseline;
  const verdict: Verdict = failed > 0 || refusals.length > 0 ? "fail" : unsettled ? "inconclusive" : "pass";
  const exit = withoutBaseline ? 2 : verdict === "fail" ? 1 : verdict === "pass" || parts.inconclusive !== "fail" ? 0 : 4;
  return { verdict, sentence: sentenceOf(parts, { failed, open, withoutBaseline }), ...parts, exit };
}

function sentenceOf(
  { rules, refusals, inconclusive }: Omit<GateParts, "withoutBaseline">,
  { failed, open, withoutBaseline }: { failed: number; open: number; withoutBaseline: boolean },
): string {
  const names = distinct(rules.filter(({ verdict }) => verdict === "fail").map((rule) => rule.eval));
  const of = howMany(rules.length, "claim");
  const bare = withoutBaseline ? "There is no baseline: only what rules say of the candidate alone was judged. " : "";
  if (failed > 0)
    return `${bare}The gate fails: ${failed} of ${of} broken, on ${names}${refusals.length > 0 ? `, and ${refusals.length} refused` : ""}.`;
  if (refusals.length > 0)
    return `${bare}The gate fails: refused on ${distinct(refusals.map((one) => one.eval))} (${distinct(refusals.map(({ code }) => code))}).`;
  if (open > 0) {
    const taken =
      inconclusive === "fail" ? "" : `, which this gate ${inconclusive === "warn" ? "lets pass with a warning" : "lets pass"}`;
    return `${bare}The gate is inconclusive: ${open} of ${of} cannot be settled with these samples${taken}.`;
  }
  if (rules.length === 0) return `${bare}Nothing was judged.`;
  if (withoutBaseline)
    return `${bare}The gate is inconclusive, though ${rules.length === 1 ? "that one claim holds" : `all ${of} hold`}.`;
  return `${bare}The gate passes: ${rules.length === 1 ? "its one claim holds" : `all ${of} hold`}.`;
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].join(", ");
}

function resultOf(
  one: GateCase,
  judged: JudgedRule,
  facts: { alpha: number; adjusted: number | undefined; claims: number },
): RuleResult {
  const { rule, kind, bound, value, interval, n, pFail } = judged;
  const { alpha, adjusted, claims } = facts;
  const verdict: Verdict = judged.passes
    ? "pass"
    : judged.breaks || (adjusted !== undefined && adjusted < alpha)
      ? "fail"
      : "inconclusive";
  const unchanged = judged.foresight?.unchanged;
  const unchangedInconclusive = unchanged === undefined ? undefined : inconclusiveShare(judged, unchanged, alpha);
  const more =
    verdict === "inconclusive" && judged.foresight !== undefined && !judged.holesDecide ? moreSamples(judged, alpha) : undefined;
  const exact = pFail === null;
  return {
    eval: one.candidate.facts.eval,
    candidate: nameOf(one),
    run: one.candidate.facts.run,
    rule: rule.text,
    kind,
    verdict,
    value,
    interval: interval && { low: interval.low, high: interval.high, level: 1 - alpha, sides: 1, method: interval.method },
    op: rule.op,
    bound,
    alpha: exact ? null : alpha,
    p_fail: pFail,
    p_fail_adjusted: adjusted ?? null,
    n,
    sentence: ruleSentence(one, judged, {
      verdict,
      alpha,
      failure: adjusted === undefined ? undefined : { adjusted, claims },
      unchangedInconclusive,
      moreSamples: more,
    }),
    ...(more !== undefined && { more_samples: more }),
    ...(unchangedInconclusive !== undefined && { unchanged_inconclusive: unchangedInconclusive }),
    ...(judged.approximate && { approximate: true }),
  };
}

function isOf(rule: RuleResult, one: GateCase): boolean {
  return rule.eval === one.candidate.facts.eval && rule.run === one.candidate.facts.run;
}

function strictest(cases: readonly GateCase[]): GateResult["inconclusive"] {
  const all = cases.map(({ inconclusive }) => inconclusive);
  if (all.length === 0) return "fail";
  return all.includes("fail") ? "fail" : all.includes("warn") ? "warn" : "pass";
}

function marginNotes(judged: readonly { one: GateCase; judged: JudgedRule }[], alpha: number): string[] {
  return judged.flatMap(({ one, judged: rule }) => {
    const { foresight, interval } = rule;
    if (foresight?.unchanged === undefined || interval === null) return [];
    // The flips of a model that did change tell nothing of one that did not.
    if (foresight.unchanged < interval.low || foresight.unchanged > interval.high) return [];
    const share = inconclusiveShare(rule, foresight.unchanged, alpha);
    if (share === undefined || share < oftenUnsettled) return [];
    const who = `${rule.rule.text} on ${one.candidate.facts.eval}`;
    return [
      `${who}: ${howMany(rule.n, "sample")} cannot settle it; an unchanged model would be inconclusive in ${Math.round(share * 100)} % of such gates`,
    ];
  });
}

function cleanNotes({ cleanOnly, candidate }: GateCase): string[] {
  const leaked = candidate.facts.leakage?.leaked ?? 0;
  if (!cleanOnly || leaked === 0) return [];
  return [`on ${candidate.facts.eval} ${howMany(leaked, "sample")} in the training data count in no measured number: clean_only`];
}

/** What no verdict on one candidate can tell. */
function choiceNotes(cases: readonly GateCase[]): string[] {
  const notes: string[] = [];
  for (const name of new Set(cases.map(({ candidate }) => candidate.facts.eval))) {
    const n = cases.filter(({ candidate }) => candidate.facts.eval === name).length;
    if (n > 1)
      notes.push(
        `${n} candidates were judged on ${name}: the best of several looks better than it is, and no verdict here makes up for that`,
      );
  }
  return notes;
}
