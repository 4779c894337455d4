import type { SampleLine } from "../core/run-line.ts";
import type { Calibration, Confusion, Judging, Outcome, PagePair, RowPair } from "../page/index.ts";
import { calibrationCounter } from "./calibration.ts";
import { confusionCounter } from "./confusion.ts";
import { judgingCounter } from "./judging.ts";
import { outcomeOf } from "./outcome.ts";
import { pageCell, pageQuestion } from "./page-cell.ts";
import type { ReportRun } from "./report.ts";
import { type Compared, noPlace, pairFinder } from "./row-pairs.ts";
import { sampleKeys } from "./sample-keys.ts";

/** A run of one eval, with its place among the runs of the report. */
export interface Member {
  readonly one: ReportRun;
  readonly index: number;
}

/** The samples of one eval, those of the same content in one row. */
export interface Lineup {
  readonly rows: readonly RowFacts[];
  /** The row of a key. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly pairs: readonly PagePair[];
  /** By the run's place in the report. */
  readonly seen: ReadonlyMap<number, Seen>;
}

export interface RowFacts {
  /** Position in issue order, in the first run that has the row. */
  readonly seq: number;
  /** Characters that the row takes in the page. */
  readonly size: number;
  /** One for each member; undefined: that run has no such sample. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** Present iff runs of the eval were compared. */
  readonly pairs?: readonly RowPair[];
  /** Among the flips, the surest first. */
  readonly place: number;
}

/** What only a look at every sample of a run can tell. */
export interface Seen {
  readonly confusion: Confusion | undefined;
  readonly calibration: Calibration | undefined;
  readonly judging: Judging | undefined;
  readonly passed: number;
  readonly adjusted: readonly string[];
}

export async function lineUp(members: readonly Member[], evalIndex: number, compared: readonly Compared[]): Promise<Lineup> {
  const rows: { seq: number; size: number; outcomes: (Outcome | undefined)[]; sample: string }[] = [];
  const rowOf = new Map<string, number>();
  const seen = new Map<number, Seen>();
  const finder = pairFinder(compared);
  const keys = sampleKeys();
  for (const [position, { one, index }] of members.entries()) {
    const keysOf = keys();
    const counters = countersOf(one);
    for await (const line of one.samples()) {
      const { sample, row: key } = keysOf(line);
      let at = rowOf.get(key);
      if (at === undefined) {
        at = rows.length;
        rowOf.set(key, at);
        rows.push({
          seq: line.seq,
          size: JSON.stringify(pageQuestion(line, evalIndex)).length,
          outcomes: members.map(() => undefined),
          sample,
        });
      }
      const row = rows[at];
      if (row === undefined) continue;
      row.size += JSON.stringify(pageCell(line, index)).length;
      row.outcomes[position] = outcomeOf(line);
      counters.observe(line);
      finder.observe(index, sample, line);
    }
    seen.set(index, counters.read());
  }
  if (compared.length === 0) {
    const found = rows.map(({ seq, size, outcomes }) => ({ seq, size, outcomes, place: noPlace }));
    return { rows: found, rowOf, pairs: pairsOf(members, rows), seen };
  }
  const found = rows.map(({ sample, ...row }) => ({ ...row, ...(finder.read(sample) ?? { pairs: [], place: noPlace }) }));
  return { rows: found, rowOf, pairs: [], seen };
}

function countersOf({ run }: ReportRun): { observe(line: SampleLine): void; read(): Seen } {
  const counters = { confusion: confusionCounter(run), calibration: calibrationCounter(), judging: judgingCounter(run) };
  const adjusted = new Set<string>();
  let passed = 0;
  return {
    observe(line) {
      for (const counter of Object.values(counters)) counter?.observe(line);
      for (const change of line.completion?.adjusted ?? []) adjusted.add(change);
      if (outcomeOf(line) === "passed") passed++;
    },
    read: () => ({
      confusion: counters.confusion?.table(),
      calibration: counters.calibration.table(),
      judging: counters.judging?.table(),
      passed,
      adjusted: [...adjusted],
    }),
  };
}

function pairsOf(members: readonly Member[], rows: readonly Pick<RowFacts, "outcomes">[]): readonly PagePair[] {
  const [baseline, ...candidates] = members;
  if (baseline === undefined) return [];
  return candidates.map((candidate, position) => {
    const n = { both: 0, only_baseline: 0, only_candidate: 0, neither: 0 };
    for (const { outcomes } of rows) {
      const [before, after] = [outcomes[0], outcomes[position + 1]];
      if (!judged(before) || !judged(after)) continue;
      if (before === "passed") n[after === "passed" ? "both" : "only_baseline"]++;
      else n[after === "passed" ? "only_candidate" : "neither"]++;
    }
    return { baseline: baseline.index, candidate: candidate.index, ...n };
  });
}

function judged(outcome: Outcome | undefined): boolean {
  return outcome === "passed" || outcome === "failed";
}
