import {
  type Entrant,
  type EvalBoard,
  evalBoard,
  type OpenStep,
  type OpenTrend,
  readSide,
  referenceOf,
  type Side,
  trendStep,
} from "../compare/index.ts";
import { runStatus } from "../core/run-status.ts";
import { listRuns } from "../runs/index.ts";
import { describeSide, type ListedSide, sideOfRun } from "./listed-side.ts";
import { scoreAlike } from "./score-alike.ts";

/** The runs of one model on one eval, newest first: the first is on the board, all are in its trend. */
export interface Standing {
  readonly eval: string;
  /** As the board calls the model. */
  readonly name: string;
  readonly runs: readonly ListedSide[];
}

/** A baseline stands beside the model that it was made of, not for it. */
export function standingsOf(sides: readonly ListedSide[]): Standing[] {
  const by = new Map<string, ListedSide[]>();
  for (const side of sides) {
    const key = JSON.stringify([side.eval, boardName(side)]);
    by.set(key, [...(by.get(key) ?? []), side]);
  }
  return [...by.values()].map((runs) => {
    const sorted = [...runs].sort((a, b) => (a.run.id < b.run.id ? 1 : -1));
    const [newest] = sorted as [ListedSide];
    return { eval: newest.eval, name: boardName(newest), runs: sorted };
  });
}

function boardName(side: ListedSide): string {
  return side.baseline === undefined ? side.model : describeSide(side);
}

/** The same with earlier complete runs of each model, as far back as `most` runs. */
export function withHistory(standings: readonly Standing[], out: string, most: number): Standing[] {
  const known = listRuns(out).filter(({ run, end }) => runStatus(run, end) === "complete");
  return standings.map((standing) => {
    const [newest] = standing.runs;
    if (newest === undefined || newest.baseline !== undefined) return standing;
    const named = new Set(standing.runs.map(({ run }) => run.id));
    const earlier = known
      .filter(({ run }) => run.eval === standing.eval && run.completion_fn === newest.model && run.id < newest.run.id)
      .filter(({ run }) => !named.has(run.id) && run.derived_from?.by !== "rescore")
      .map((run) => sideOfRun(newest.reference, run));
    const runs = [...standing.runs, ...earlier].sort((a, b) => (a.run.id < b.run.id ? 1 : -1));
    return { ...standing, runs: runs.slice(0, Math.max(most, standing.runs.length)) };
  });
}

export interface ReadBoards {
  readonly boards: readonly EvalBoard[];
  readonly trends: readonly OpenTrend[];
  /** What is on the board, eval by eval, as it was recorded. */
  readonly named: readonly NamedSide[];
}

export interface NamedSide {
  readonly eval: string;
  /** As the board calls the model. */
  readonly name: string;
  readonly side: Side;
}

/** Reads one eval after the other, each run once; where right answers or scorers changed, recorded replies are scored again. */
export async function readBoards(standings: readonly Standing[]): Promise<ReadBoards> {
  const boards: EvalBoard[] = [];
  const trends: OpenTrend[] = [];
  const named: NamedSide[] = [];
  for (const name of [...new Set(standings.map((one) => one.eval))].sort()) {
    const ofEval = standings.filter((one) => one.eval === name);
    const newest = new Map<Standing, Side>();
    for (const standing of ofEval) newest.set(standing, await readSide(await (standing.runs[0] as ListedSide).open()));
    const reference = referenceOf([...newest.values()]);
    const entrants: Entrant[] = [];
    for (const [standing, side] of newest) {
      const { baseline: alike } = side === reference ? { baseline: side } : await scoreAlike(side, reference);
      entrants.push({ name: standing.name, side: alike, ...(alike !== side && { recorded: side }) });
      named.push({ eval: name, name: standing.name, side });
    }
    boards.push(evalBoard(entrants));
    for (const [standing, side] of newest) {
      if (standing.runs.length > 1) trends.push({ model: standing.name, eval: name, steps: await stepsOf(standing, side) });
    }
  }
  return { boards, trends, named };
}

/** Oldest first; two sides at a time are in memory. */
async function stepsOf({ runs }: Standing, newest: Side): Promise<OpenStep[]> {
  const steps: OpenStep[] = [];
  let side = newest;
  for (const earlier of runs.slice(1)) {
    const before = await readSide(await earlier.open());
    const { baseline } = await scoreAlike(before, side);
    steps.unshift(trendStep({ side, before: baseline }));
    side = before;
  }
  steps.unshift(trendStep({ side }));
  return steps;
}
