import { howMany, type Scale, whole } from "../../core/figures.ts";
import type { Verdict } from "../../core/gate.ts";
import type { NameNode } from "../expressions/expression.ts";
import { writtenApart } from "./apart.ts";
import { type GateCase, nameOf } from "./gate-case.ts";
import type { JudgedRule } from "./judge-rule.ts";
import { namesOf } from "./rule.ts";

export interface SentenceFacts {
  readonly verdict: Verdict;
  readonly alpha: number;
  /** One-sided p of a failure after Holm, and how many claims it is one of. */
  readonly failure: { readonly adjusted: number; readonly claims: number } | undefined;
  readonly unchangedInconclusive: number | undefined;
  readonly moreSamples: number | null | undefined;
}

/** The verdict on one rule in words, with the numbers that decided. */
export function ruleSentence(one: GateCase, judged: JudgedRule, facts: SentenceFacts): string {
  const { rule, value, interval, bound, n, kind } = judged;
  const who = `${nameOf(one)} on ${one.candidate.facts.eval}`;
  if (value === null) return `Cannot judge ${rule.text} for ${who}: ${judged.reason ?? "its number is not known"}.`;
  const scale = scaleOfRule(one, judged);
  const shown = writtenApart(heldAgainst(judged, facts.verdict), bound, scale);
  const what = scale.label;
  const asks = `the rule asks for ${wordsOf(rule.op)} ${shown(bound)}`;
  if (kind === "exact" || kind === "must-pass") {
    const divided =
      facts.verdict === "inconclusive"
        ? ", and samples that are not on both sides or have no clear verdict could break that"
        : "";
    return `${who}: ${what} ${shown(value)}; ${asks}${divided}.`;
  }
  const over = `${shown(value)} over ${howMany(n, one.cleanOnly && one.candidate.leaks !== undefined ? "clean sample" : "sample")}`;
  if (interval === null)
    return `Cannot judge ${rule.text} for ${who}: ${what} ${over}, but ${judged.reason ?? "there is no interval"}.`;
  const sure = `${percentOf(1 - facts.alpha)} confidence`;
  const upwards = rule.op === ">=" || rule.op === ">";
  const rough = judged.approximate ? ` Approximate: ${judged.reason ?? "outside the region that was checked"}.` : "";
  switch (facts.verdict) {
    case "pass":
      return `${who}: ${what} ${over}, with ${sure} ${upwards ? `at least ${shown(interval.low)}` : `at most ${shown(interval.high)}`}; ${asks}.${rough}`;
    case "fail":
      return `${who}: ${what} ${over}, with ${sure} ${upwards ? `at most ${shown(interval.high)}` : `at least ${shown(interval.low)}`}; ${asks}.${rough}`;
    default: {
      const ends = `between ${shown(interval.low)} and ${shown(interval.high)} (each end with ${sure})`;
      return `${who}: ${what} ${over}, ${ends}; ${asks}. ${[whyUnsettled(judged, facts, one), ...(judged.holesDecide ? [] : foresight(facts))].join("; ")}.${rough}`;
    }
  }
}

/** What the sentence holds against the bound. */
function heldAgainst({ value, interval, bound, rule }: JudgedRule, verdict: Verdict): number[] {
  if (interval === null) return value === null ? [] : [value];
  const { low, high } = interval;
  const upwards = rule.op === ">=" || rule.op === ">";
  const ends = verdict === "inconclusive" ? [low, high] : [(verdict === "pass") === upwards ? low : high];
  // The last digits of a mean are dust of its sum; it is an end that decides.
  const dust = value === null || Math.abs(value - bound) <= 1e-9 * Math.max(1, Math.abs(bound));
  return dust ? ends : [value, ...ends];
}

function whyUnsettled(judged: JudgedRule, { failure, alpha }: SentenceFacts, one: GateCase): string {
  if (judged.holesDecide) {
    const { holes } = judged;
    const lacking = `${whole(holes)} ${holes === 1 ? "sample that lacks" : "samples that lack"} a score`;
    return `It would pass without the ${lacking}, and does not when they count against ${nameOf(one)}`;
  }
  if (judged.pFail !== null && judged.pFail < alpha && failure !== undefined && failure.claims > 1) {
    return `Alone it would fail, but not as one of ${failure.claims} claims (Holm, p ${failure.adjusted.toFixed(3)})`;
  }
  return "The samples settle neither that it holds nor that it does not";
}

function foresight({ unchangedInconclusive, moreSamples }: SentenceFacts): string[] {
  const parts: string[] = [];
  if (unchangedInconclusive !== undefined)
    parts.push(`an unchanged model would end so in ${Math.round(unchangedInconclusive * 100)} % of such gates`);
  if (moreSamples === null) parts.push("no number of samples would settle it if this is the true value");
  else if (moreSamples !== undefined)
    parts.push(
      `about ${whole(moreSamples)} more ${moreSamples === 1 ? "sample" : "samples"} would settle it if this is the true value`,
    );
  return parts;
}

/** `95 %`, `97.5 %`. */
function percentOf(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function wordsOf(op: JudgedRule["rule"]["op"]): string {
  return { ">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "==": "exactly" }[op];
}

interface RuleScale {
  readonly scale: Scale;
  readonly signed: boolean;
  readonly label: string;
}

/** How the numbers of a rule are written: a share as per cent, a difference with its sign, a made expression as it is. */
function scaleOfRule(one: GateCase, { rule, value, bound, interval }: JudgedRule): RuleScale {
  const names = namesOf(rule.measured);
  const [first] = names;
  const simple = names.length === 1 && first !== undefined && rule.measured === first ? first : undefined;
  if (simple?.kind === "regressions") {
    const which = simple.selector === undefined ? "" : ` among "${simple.selector}"`;
    return { scale: "tokens", signed: false, label: `number of regressions${which}` };
  }
  if (simple === undefined) return { scale: "plain", signed: false, label: labelOf(rule.text) };
  const signed = simple.side === "delta";
  const label = `${signed ? "change of " : simple.side === "baseline" ? "the baseline's " : ""}${simple.name}${simple.slice === undefined ? "" : ` where ${simple.slice}`}`;
  return { scale: scaleOfName(one, simple, [value ?? 0, bound, interval?.low ?? 0, interval?.high ?? 0], signed), signed, label };
}

function scaleOfName({ candidate, compared }: GateCase, { name }: NameNode, numbers: readonly number[], signed: boolean): Scale {
  if (name === "cost") return "usd";
  if (name === "tokens" || name === "n" || name === "leaks") return "tokens";
  if (name === "ms" || name.startsWith("latency")) return "ms";
  const column = candidate.columns.get(name) ?? compared?.table.baseline.columns.get(name);
  if (column !== undefined && column.unit !== "1")
    return column.unit === "usd" || column.unit === "ms" || column.unit === "tokens" ? column.unit : "plain";
  if (column?.unitRange || isLabelShare(name)) return "percent";
  if (column !== undefined && column.kind === "usage") return "plain";
  const least = signed ? -1 : 0;
  return numbers.every((number) => number >= least && number <= 1) ? "percent" : "plain";
}

/** A share, though the bound that is reckoned for one may lie beyond 1. */
function isLabelShare(name: string): boolean {
  return /^(precision|recall|f1)\..|^(macro|weighted)_(precision|recall|f1)$/.test(name);
}

/** The measured part of a rule as it was written. */
function labelOf(text: string): string {
  const parts = text.split(/[<>=]=?/).map((part) => part.trim());
  return parts.find((part) => /[a-z]/i.test(part) && !/^[-\s\d.]*margin/.test(part)) ?? text;
}
