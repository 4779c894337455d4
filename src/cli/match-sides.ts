import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { listed } from "./find-sides.ts";
import { describeSide, type ListedSide } from "./listed-side.ts";

/** What is compared of one eval. */
interface SideMatch {
  /** The candidates' eval. */
  readonly eval: string;
  readonly baseline: ListedSide;
  readonly candidates: readonly ListedSide[];
  /** Both versions, where the eval has changed between them: `["v1", "v2"]`. */
  readonly versions?: readonly [baseline: string, candidates: string];
}

export interface MatchedSides {
  /** In the order in which the candidates were run. */
  readonly matches: readonly SideMatch[];
  /** Sides whose eval the others do not have. */
  readonly only_baseline: readonly ListedSide[];
  readonly only_candidate: readonly ListedSide[];
}

/**
 * Puts the sides of two references together by eval. Another version of an eval is taken only where the baseline side lacks the same
 * one. A side that was named on both sides is not compared with itself, unless it is alone. Two single files are compared whatever their
 * evals are called.
 *
 * @throws FinegaugeError `cli.usage` for two baselines of one eval, `run.not-found` when no eval is on both sides
 */
export function matchSides(baselines: readonly ListedSide[], candidates: readonly ListedSide[]): MatchedSides {
  const byEval = new Map<string, ListedSide>();
  for (const one of baselines) {
    const other = byEval.get(one.eval);
    if (other !== undefined) throw twoBaselines(other, one);
    byEval.set(one.eval, one);
  }
  const matches: SideMatch[] = [];
  const alone: ListedSide[] = [];
  for (const [name, sides] of groupByEval(candidates)) {
    const baseline = byEval.get(name) ?? otherVersion(sides[0] as ListedSide, baselines);
    if (baseline === undefined) {
      alone.push(...sides);
      continue;
    }
    const others = sides.filter(({ file }) => file !== baseline.file);
    const { version } = sides[0] as ListedSide;
    matches.push({
      eval: name,
      baseline,
      candidates: others.length > 0 ? others : sides,
      ...(baseline.eval !== name && { versions: [baseline.version, version] as const }),
    });
  }
  if (matches.length === 0) {
    const two = twoFiles(baselines, candidates);
    if (two === undefined) throw nothingShared(baselines, candidates);
    return { matches: [two], only_baseline: [], only_candidate: [] };
  }
  // In the order in which the evals were run, which is that of the command line; an id begins with the time.
  matches.sort((a, b) => (firstRun(a) < firstRun(b) ? -1 : 1));
  const matched = new Set(matches.map(({ baseline }) => baseline));
  return { matches, only_baseline: baselines.filter((one) => !matched.has(one)), only_candidate: alone };
}

function firstRun({ candidates }: SideMatch): string {
  return candidates[0]?.run.id ?? "";
}

/** One file on each side: whoever names them both means them, whatever their evals are called. Other harnesses call them otherwise. */
function twoFiles(baselines: readonly ListedSide[], candidates: readonly ListedSide[]): SideMatch | undefined {
  const [[baseline, ...before], [candidate, ...now]] = [baselines, candidates];
  if (baseline === undefined || candidate === undefined || before.length + now.length > 0) return undefined;
  if (baseline.reference !== baseline.file || candidate.reference !== candidate.file) return undefined;
  return { eval: candidate.eval, baseline, candidates: [candidate] };
}

/**
 * What to say, or to fail with, about evals that only one side has; undefined when there are none. A gate must not pass over a baseline
 * that nobody was compared with.
 */
export function unmatched({ matches, only_baseline, only_candidate }: MatchedSides): FinegaugeError | undefined {
  const sides: [string, readonly ListedSide[], readonly string[]][] = [
    ["baseline", only_baseline, matches.map((match) => match.eval)],
    ["candidate", only_candidate, matches.map(({ baseline }) => baseline.eval)],
  ];
  const lone = sides.filter(([, names]) => names.length > 0);
  if (lone.length === 0) return undefined;
  const said = lone.map(([side, only]) => `only the ${side} has ${listed([...new Set(only.map((one) => one.eval))])}`);
  return new FinegaugeError("run.not-found", said.join("; "), {
    nearest: lone.flatMap(([, only, others]) => only.flatMap((one) => nearestNames(one.eval, others, 1))),
    hint: "run the model on them, or leave them out with --eval",
  });
}

function groupByEval(sides: readonly ListedSide[]): Map<string, ListedSide[]> {
  const by = new Map<string, ListedSide[]>();
  for (const side of sides) by.set(side.eval, [...(by.get(side.eval) ?? []), side]);
  return by;
}

/** The newest of the same eval in another version. */
function otherVersion({ family }: ListedSide, baselines: readonly ListedSide[]): ListedSide | undefined {
  const same = baselines.filter((one) => one.family === family);
  return same.sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }))[0];
}

function twoBaselines(one: ListedSide, other: ListedSide): FinegaugeError {
  return new FinegaugeError(
    "cli.usage",
    `there are two baselines of ${one.eval}: ${describeSide(one)}, and ${describeSide(other)}`,
    {
      hint: "a baseline is one run of each eval: name one model, run or baseline",
    },
  );
}

function nothingShared(baselines: readonly ListedSide[], candidates: readonly ListedSide[]): FinegaugeError {
  const [before, now] = [baselines, candidates].map((sides) => [...new Set(sides.map((one) => one.eval))]) as [
    string[],
    string[],
  ];
  return new FinegaugeError("run.not-found", "no eval is on both sides", {
    nearest: now.flatMap((name) => nearestNames(name, before, 1)),
    hint: `the baseline has ${listed(before) || "none"}; the candidate has ${listed(now) || "none"}`,
  });
}
