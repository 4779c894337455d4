import type { Comparison } from "../../core/comparison.ts";
import type { MustPassResult, Verdict } from "../../core/gate.ts";
import { type GateCase, nameOf } from "./gate-case.ts";
import type { Quarantine, Regressed } from "./must-pass.ts";

/** How many of a selector's samples regressed: for certain, and at most, counting those lost or without a clear verdict. */
export function mustPassCounts(one: GateCase, today: string): (selector: string | undefined) => { sure: number; most: number } {
  return (selector) => {
    if (selector === undefined) return regressionsOf(one.compared?.comparison);
    const found = one.mustPass.get(selector);
    const counts = (id: string) => quarantineOf(one, id, today) === undefined;
    const counted = (found?.regressed ?? []).filter(({ id }) => counts(id));
    const sure = counted.filter((sample) => verdictOf(sample) === "fail").length;
    const unclear = counted.filter((sample) => verdictOf(sample) === "inconclusive").length;
    const lost = [...(found?.lost.unpaired ?? []), ...(found?.lost.unknown ?? [])].filter(counts).length;
    return { sure, most: sure + unclear + lost };
  };
}

/** NaN where no pair has a verdict: then none can be seen to regress. Pairs without one may all have. */
function regressionsOf(comparison: Comparison | undefined): { sure: number; most: number } {
  if (comparison === undefined) return { sure: Number.NaN, most: Number.NaN };
  const { both, only_baseline, only_candidate, neither, undecided } = comparison.table;
  if (both + only_baseline + only_candidate + neither === 0) return { sure: Number.NaN, most: Number.NaN };
  return { sure: only_baseline, most: only_baseline + undecided };
}

/** By the majority of all its replies; without any nobody knows. */
function verdictOf({ passed, of }: Pick<Regressed, "passed" | "of">): Verdict {
  if (2 * passed === of) return "inconclusive";
  return 2 * passed > of ? "pass" : "fail";
}

/** Every sample that had to pass and did not at first, once. */
export function mustPassResults(one: GateCase, today: string): MustPassResult[] {
  const byItem = new Map([...one.mustPass.values()].flatMap(({ regressed }) => regressed.map((sample) => [sample.item, sample])));
  return [...byItem.values()].map((sample) => {
    const held = quarantineOf(one, sample.id, today);
    return {
      eval: one.candidate.facts.eval,
      candidate: nameOf(one),
      run: one.candidate.facts.run,
      id: sample.id,
      passed: sample.passed,
      of: sample.of,
      verdict: verdictOf(sample),
      ...(held && { quarantine: { until: held.until, ...(held.reason !== undefined && { reason: held.reason }) } }),
    };
  });
}

/** What tolerates a sample today. */
function quarantineOf({ quarantine }: GateCase, id: string, today: string): Quarantine | undefined {
  return quarantine.find((one) => one.id === id && today <= one.until);
}

/** A quarantine that ended while its sample still fails must be said, or nobody would look at it again. */
export function expiredNotes(one: GateCase, today: string): string[] {
  const failing = mustPassResults(one, today).filter(({ verdict }) => verdict !== "pass");
  return failing.flatMap(({ id, quarantine }) => {
    const ended = quarantine === undefined ? one.quarantine.find((held) => held.id === id && held.until < today) : undefined;
    return ended === undefined ? [] : [`the quarantine of ${id} ended on ${ended.until}: its failure counts again`];
  });
}

/** Samples that must pass and that the two runs do not both show: a tag that is taken away must not go unseen. */
export function lostNotes({ mustPass, candidate }: GateCase): string[] {
  return [...mustPass].flatMap(([selector, { lost, oneSided }]) => {
    const said = (ids: readonly string[], what: string) =>
      ids.length === 0 ? [] : [`on ${candidate.facts.eval} ${samplesOf(selector, ids)} ${what}`];
    return [
      ...said(lost.unpaired, "cannot be judged: it is on one side only, or was changed"),
      ...said(lost.unknown, "cannot be judged: the baseline has no verdict on it, and the candidate did not pass it"),
      ...said(oneSided, "is so on one side only; it counts all the same"),
    ];
  });
}

const idsShown = 5;

/** `each of 8 samples that are "must-pass" (s0, s1, s2, s3, s4, …)` */
function samplesOf(selector: string, ids: readonly string[]): string {
  const shown = `${ids.slice(0, idsShown).join(", ")}${ids.length > idsShown ? ", …" : ""}`;
  return ids.length === 1
    ? `the sample ${shown} that is "${selector}"`
    : `each of ${ids.length} samples that are "${selector}" (${shown})`;
}
