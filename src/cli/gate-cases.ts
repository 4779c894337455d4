import { expressionDeltas, type GateCase, type GateTexts, openGate, readSide, type Side } from "../compare/index.ts";
import type { SideFacts } from "../core/comparison.ts";
import { FinegaugeError } from "../core/errors.ts";
import { runStatus } from "../core/run-status.ts";
import { type ListedRun, listBaselines, listRuns } from "../runs/index.ts";
import { compareMatched, type MatchedComparison } from "./compare-matched.ts";
import { type FindOptions, findSides } from "./find-sides.ts";
import type { gateTexts } from "./gate-texts.ts";
import type { ListedSide } from "./listed-side.ts";
import { matchSides, unmatched } from "./match-sides.ts";
import { isGlob } from "./name-glob.ts";
import { shellWord } from "./shell-word.ts";

/** A case with what it was made of, so that it can be made again from more samples. */
export interface OpenedCase {
  readonly gate: GateCase;
  readonly texts: GateTexts;
  readonly compared: MatchedComparison | undefined;
}

export interface FoundSides {
  /** All there are, newest first. */
  readonly runs: readonly ListedRun[];
  readonly matches: ReturnType<typeof matchSides>["matches"];
  /** Candidates' sides without a baseline. */
  readonly alone: readonly ListedSide[];
  readonly notes: readonly string[];
}

/** @throws FinegaugeError `run.not-found` for a candidate that is not there, or a baseline's eval that no candidate has */
export async function findGateSides(baseline: string, candidates: readonly string[], where: FindOptions): Promise<FoundSides> {
  const now = await findSides(candidates, where);
  const runs = listRuns(where.out);
  let before: ListedSide[];
  try {
    before = await findSides(baseline, where);
  } catch (error) {
    if (!(error instanceof FinegaugeError && error.code === "run.not-found")) throw error;
    const near = error.more.nearest?.[0];
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    const run = error.more.hint?.startsWith("finegauge run ") ? error.more.hint : undefined;
    const make = run ?? makeBaseline(baseline, now, { runs, where });
    return { runs, matches: [], alone: now, notes: [`there is no baseline: ${error.message}${meant}`, `to make it: ${make}`] };
  }
  const matched = matchSides(before, now);
  // A baseline that nobody was compared with must not pass unseen.
  const lone = matched.only_baseline.length > 0 ? unmatched({ ...matched, only_candidate: [] }) : undefined;
  if (lone !== undefined) throw lone;
  const missing = matched.only_candidate;
  if (missing.length === 0) return { runs, matches: matched.matches, alone: [], notes: [] };
  // Who names a model means what it can be gated on; who names a run means that run.
  const named = missing.filter((side) => !isModelName(side));
  const rest = missing.filter(isModelName);
  const namesOf = (sides: readonly ListedSide[]) => [...new Set(sides.map((side) => side.eval))].join(", ");
  return {
    runs,
    matches: matched.matches,
    alone: named,
    notes: [
      ...(named.length > 0 ? [`there is no baseline of ${namesOf(named)}`] : []),
      ...(rest.length > 0 ? [`not judged, since there is no baseline: ${namesOf(rest)}`] : []),
      `to make it: ${makeBaseline(baseline, missing, { runs, where, before })}`,
    ],
  };
}

function isModelName({ reference, model }: ListedSide): boolean {
  return reference === model || reference === `model:${model}` || (isGlob(reference) && !reference.includes("@"));
}

/**
 * The one command that makes a baseline of that name for the evals that lack it, and for no other, which it would replace. Made of the
 * model that the baseline is of elsewhere, else of the one other model that was run on them all; of the candidate it would be no measure.
 */
function makeBaseline(
  baseline: string,
  missing: readonly ListedSide[],
  { runs, where, before = [] }: { runs: readonly ListedRun[]; where: FindOptions; before?: readonly ListedSide[] },
): string {
  const name = /^[\w.-]+$/.test(baseline) ? baseline : "main";
  const evals = [...new Set(missing.map((side) => side.eval))];
  const candidates = new Set(missing.map((side) => side.model));
  const whole = runs.filter((one) => isWhole(one) && !candidates.has(one.run.completion_fn));
  const on = (model: string) => evals.every((one) => whole.some(({ run }) => run.eval === one && run.completion_fn === model));
  const others = [...new Set(whole.map(({ run }) => run.completion_fn))].filter(on);
  const known = listBaselines(where.baselines, () => {}).filter((one) => one.name === name);
  const elsewhere = [...known, ...before].map(({ run }) => run.completion_fn).find((model) => others.includes(model));
  const model = elsewhere ?? (others.length === 1 ? others[0] : undefined);
  const what = model === undefined ? "<the model you compare with>" : shellWord(model);
  return `finegauge baseline set ${name} ${what} --eval ${shellWord(evals.join(","))}`;
}

function isWhole({ run, end }: Pick<ListedRun, "run" | "end">): boolean {
  return runStatus(run, end) === "complete" && run.data.selected >= run.data.samples;
}

/** Every candidate of every eval, compared where there is a baseline, with its rules read. */
export async function openCases(
  { matches, alone, runs }: FoundSides,
  textsOf: ReturnType<typeof gateTexts>,
): Promise<OpenedCase[]> {
  const cases: OpenedCase[] = [];
  const uncached = ({ cached, eval: name, completion_fn: model }: SideFacts) =>
    cached === 0
      ? undefined
      : runs.find(({ run, end }) => run.eval === name && run.completion_fn === model && isWhole({ run, end }) && !end?.cached)
          ?.run.id;
  const textsOfSide = (side: Side) => textsOf(side.source.run, side.primary);
  const compared = await compareMatched(matches, async (candidate) => {
    const { margin, metrics } = await textsOfSide(candidate);
    return { margin: margin[candidate.primary], derived: await expressionDeltas(metrics) };
  });
  for (const one of compared) {
    const texts = await textsOfSide(one.candidate);
    const gate = await openGate(one.candidate, one, texts);
    cases.push({ gate: { ...gate, uncached: uncached(one.candidate.facts) }, texts, compared: one });
  }
  for (const listed of alone) {
    const side = await readSide(await listed.open());
    const texts = await textsOfSide(side);
    const gate = await openGate(side, undefined, texts);
    cases.push({ gate: { ...gate, uncached: uncached(side.facts) }, texts, compared: undefined });
  }
  return cases;
}
