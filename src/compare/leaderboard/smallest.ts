import type { Smallest } from "../../core/leaderboard.ts";
import type { GateCase } from "../gate/gate-case.ts";
import { judgeGate } from "../gate/judge-gate.ts";
import { type NamedCandidate, smallestSentence } from "./smallest-sentence.ts";

/** A model that may be as good as its parent, for less room. */
export interface Contender {
  readonly name: string;
  readonly bytes: number;
  /** Held against the parent on every eval that decides. */
  readonly cases: readonly GateCase[];
  /** Evals that decide, and that it was not run on. */
  readonly missing: readonly string[];
}

/** The same with models by name. */
export interface OpenSmallest extends Omit<Smallest, "parent" | "model" | "candidates"> {
  readonly parent: string;
  readonly model: string | null;
  readonly candidates: readonly NamedCandidate[];
}

/** Error rate of the whole choice: that any model is called not worse which is worse by the margin. */
const alpha = 0.05;

/**
 * Which of some models is the smallest that is not worse than their parent by more than the margins: each rule is judged as a gate
 * judges it, all rules of a model have to hold, and since the smallest of those that hold is taken, the models share the 5 % (Holm).
 *
 * Holm goes step by step: with s models left each is judged at 5 % / s, and whichever holds leaves the rest more.
 *
 * @param larger models left out, since they are larger than the parent
 * @param evals those that decide, at least one
 * @param today `2026-11-20`
 * @see Holm 1979
 */
export function smallestOf({
  parent,
  contenders,
  larger = [],
  evals,
  today,
}: {
  readonly parent: { readonly name: string; readonly bytes: number | null };
  readonly contenders: readonly Contender[];
  readonly larger?: readonly Pick<Contender, "name" | "bytes">[];
  readonly evals: readonly string[];
  readonly today: string;
}): OpenSmallest {
  const worse = worseOnes(contenders, today);
  const shown = new Map<Contender, NamedCandidate>();
  let left = contenders;
  for (;;) {
    const level = alpha / Math.max(1, left.length);
    const judged = left.map((one) => ({ one, candidate: judgedAt(one, level, worse, today) }));
    for (const { one, candidate } of judged) shown.set(one, candidate);
    const open = judged.filter(({ candidate }) => candidate.verdict !== "not-worse").map(({ one }) => one);
    if (open.length === left.length || open.length === 0) break;
    left = open;
  }
  const candidates = [...shown.values()].sort((a, b) => a.bytes - b.bytes || lead(b) - lead(a) || (a.name < b.name ? -1 : 1));
  const model = candidates.find(({ verdict }) => verdict === "not-worse")?.name ?? null;
  return { parent: parent.name, model, candidates, sentence: smallestSentence({ parent, model, candidates, larger, evals }) };
}

/** Names of models that are shown to be worse, by rules that fail at 5 % over all models together. */
function worseOnes(contenders: readonly Contender[], today: string): ReadonlySet<string> {
  const cases = contenders.flatMap((one) => one.cases);
  if (cases.length === 0) return new Set();
  const failed = new Set(
    judgeGate({ cases, alpha, today }).rules.flatMap(({ eval: name, run, verdict }) =>
      verdict === "fail" ? [`${name} ${run}`] : [],
    ),
  );
  return new Set(
    contenders
      .filter((one) => one.cases.some(({ candidate: { facts } }) => failed.has(`${facts.eval} ${facts.run}`)))
      .map(({ name }) => name),
  );
}

function judgedAt(
  { name, bytes, cases, missing }: Contender,
  level: number,
  worse: ReadonlySet<string>,
  today: string,
): NamedCandidate {
  const { rules, refusals } = judgeGate({ cases, alpha: level, today });
  const refused = [...missing.map((one) => `it was not run on ${one}`), ...new Set(refusals.map(({ sentence }) => sentence))];
  const held = rules.length > 0 && rules.every(({ verdict }) => verdict === "pass");
  const verdict = worse.has(name) ? "worse" : held && refused.length === 0 ? "not-worse" : "open";
  const more = rules.flatMap(({ verdict: one, more_samples }) => (one === "inconclusive" ? [more_samples ?? null] : []));
  const known = verdict === "open" && refused.length === 0 && more.length > 0 && more.every((one) => one !== null);
  return { name, bytes, verdict, alpha: level, rules, refused, more_samples: known ? Math.max(...(more as number[])) : null };
}

/** By how much it is ahead of the parent, by its first rule. */
function lead({ rules }: NamedCandidate): number {
  const [rule] = rules;
  if (rule === undefined || rule.value === null) return Number.NEGATIVE_INFINITY;
  return rule.op === ">=" || rule.op === ">" ? rule.value : -rule.value;
}
