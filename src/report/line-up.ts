import type { SampleLine } from "../core/run-line.ts";
import type { Confusion, Outcome, PagePair } from "../page/index.ts";
import { confusionCounter } from "./confusion.ts";
import { outcomeOf } from "./outcome.ts";
import { pageCell, pageQuestion } from "./page-cell.ts";
import type { ReportRun } from "./report.ts";

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
}

/** What only a look at every sample of a run can tell. */
export interface Seen {
  readonly confusion: Confusion | undefined;
  readonly adjusted: readonly string[];
}

export async function lineUp(members: readonly Member[], evalIndex: number): Promise<Lineup> {
  const rows: { seq: number; size: number; outcomes: (Outcome | undefined)[] }[] = [];
  const rowOf = new Map<string, number>();
  const seen = new Map<number, Seen>();
  for (const [position, { one, index }] of members.entries()) {
    const keyOf = rowKeys();
    const confusion = confusionCounter(one.run);
    const adjusted = new Set<string>();
    for await (const line of one.samples()) {
      const key = keyOf(line);
      let at = rowOf.get(key);
      if (at === undefined) {
        at = rows.length;
        rowOf.set(key, at);
        rows.push({
          seq: line.seq,
          size: JSON.stringify(pageQuestion(line, evalIndex)).length,
          outcomes: members.map(() => undefined),
        });
      }
      const row = rows[at];
      if (row === undefined) continue;
      row.size += JSON.stringify(pageCell(line, index)).length;
      row.outcomes[position] = outcomeOf(line);
      confusion?.observe(line);
      for (const change of line.completion?.adjusted ?? []) adjusted.add(change);
    }
    seen.set(index, { confusion: confusion?.table(), adjusted: [...adjusted] });
  }
  return { rows, rowOf, pairs: pairsOf(members, rows), seen };
}

/**
 * Names the row of each line of one run, read in file order: by content, so that runs over edited sample files still meet.
 *
 * The same content twice in a run makes two rows.
 */
export function rowKeys(): (line: SampleLine) => string {
  const times = new Map<string, number>();
  return (line) => {
    const key = `${line.hashes.item}:${line.attempt}`;
    const nth = times.get(key) ?? 0;
    times.set(key, nth + 1);
    return nth === 0 ? key : `${key}:${nth}`;
  };
}

function pairsOf(members: readonly Member[], rows: readonly RowFacts[]): readonly PagePair[] {
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
