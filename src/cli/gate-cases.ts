import { expressionDeltas, type GateCase, type GateTexts, openGate, readSide, type Side } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
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
  readonly matches: ReturnType<typeof matchSides>["matches"];
  /** Candidates' sides without a baseline. */
  readonly alone: readonly ListedSide[];
  readonly notes: readonly string[];
}

/** @throws FinegaugeError `run.not-found` for a candidate that is not there, or a baseline's eval that no candidate has */
export async function findGateSides(baseline: string, candidates: readonly string[], where: FindOptions): Promise<FoundSides> {
  const now = await findSides(candidates, where);
  let before: ListedSide[];
  try {
    before = await findSides(baseline, where);
  } catch (error) {
    if (!(error instanceof FinegaugeError && error.code === "run.not-found")) throw error;
    const near = error.more.nearest?.[0];
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    return {
      matches: [],
      alone: now,
      notes: [`there is no baseline: ${error.message}${meant}`, `to make it: ${makeBaseline(baseline, now)}`],
    };
  }
  const matched = matchSides(before, now);
  // A baseline that nobody was compared with must not pass unseen.
  const lone = matched.only_baseline.length > 0 ? unmatched({ ...matched, only_candidate: [] }) : undefined;
  if (lone !== undefined) throw lone;
  const missing = matched.only_candidate;
  if (missing.length === 0) return { matches: matched.matches, alone: [], notes: [] };
  // Who names a model means what it can be gated on; who names a run means that run.
  const named = missing.filter((side) => !isModelName(side));
  const rest = missing.filter(isModelName);
  const namesOf = (sides: readonly ListedSide[]) => [...new Set(sides.map((side) => side.eval))].join(", ");
  return {
    matches: matched.matches,
    alone: named,
    notes: [
      ...(named.length > 0 ? [`there is no baseline of ${namesOf(named)}`] : []),
      ...(rest.length > 0 ? [`not judged, since there is no baseline: ${namesOf(rest)}`] : []),
      `to make it: ${makeBaseline(baseline, missing)}`,
    ],
  };
}

function isModelName({ reference, model }: ListedSide): boolean {
  return reference === model || reference === `model:${model}` || (isGlob(reference) && !reference.includes("@"));
}

/** The one command that makes a baseline of that name from the runs that are there. */
function makeBaseline(baseline: string, [side]: readonly ListedSide[]): string {
  const name = /^[\w.-]+$/.test(baseline) ? baseline : "main";
  return `finegauge baseline set ${name} ${shellWord(side?.model ?? "")}`;
}

/** Every candidate of every eval, compared where there is a baseline, with its rules read. */
export async function openCases({ matches, alone }: FoundSides, textsOf: ReturnType<typeof gateTexts>): Promise<OpenedCase[]> {
  const cases: OpenedCase[] = [];
  const textsOfSide = (side: Side) => textsOf(side.source.run, side.primary);
  const compared = await compareMatched(matches, async (candidate) => {
    const { margin, metrics } = await textsOfSide(candidate);
    return { margin: margin[candidate.primary], derived: await expressionDeltas(metrics) };
  });
  for (const one of compared) {
    const texts = await textsOfSide(one.candidate);
    cases.push({ gate: await openGate(one.candidate, one, texts), texts, compared: one });
  }
  for (const listed of alone) {
    const side = await readSide(await listed.open());
    const texts = await textsOfSide(side);
    cases.push({ gate: await openGate(side, undefined, texts), texts, compared: undefined });
  }
  return cases;
}
