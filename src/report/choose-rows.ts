import type { LeftOut } from "../page/index.ts";
import type { RowFacts } from "./line-up.ts";

/** The row at `row` of the eval at `eval`. */
interface Chosen {
  readonly eval: number;
  readonly row: number;
}

export interface Choice {
  readonly rows: readonly Chosen[];
  readonly left_out: LeftOut | undefined;
}

/**
 * The rows that the page shows, in its order: what got worse, what failed, errors, what got better, not scored, the rest; within
 * each by eval, the surest change first, then by issue order.
 *
 * @param budget sum of sizes; the order is cut where the next row would pass it
 */
export function chooseRows(evals: readonly (readonly RowFacts[])[], budget: number): Choice {
  const all = evals.flatMap((rows, evalIndex) =>
    rows.map((facts, row) => ({
      eval: evalIndex,
      row,
      rank: rankOf(facts),
      place: facts.place,
      seq: facts.seq,
      size: facts.size,
    })),
  );
  all.sort((a, b) => a.rank - b.rank || a.eval - b.eval || a.place - b.place || a.seq - b.seq);
  let left = budget;
  const tooMany = all.findIndex(({ size }) => {
    left -= size;
    return left < 0;
  });
  const kept = tooMany < 0 ? all.length : tooMany;
  return {
    rows: all.slice(0, kept).map(({ eval: evalIndex, row }) => ({ eval: evalIndex, row })),
    left_out: kept === all.length ? undefined : countByKind(all.slice(kept)),
  };
}

const ranks = { worse: 0, failed: 1, error: 2, better: 3, unscored: 4, scored: 5, rest: 6 } as const;

function rankOf({ outcomes: [first, ...others], pairs }: RowFacts): number {
  const changed = (change: string) => pairs?.some((pair) => pair.change === change) === true;
  const any = (outcome: string) => first === outcome || others.includes(outcome as typeof first);
  if (pairs === undefined ? first === "passed" && others.includes("failed") : changed("only_baseline")) return ranks.worse;
  if (any("failed") && !others.includes("passed")) return ranks.failed;
  if (any("error")) return ranks.error;
  if (pairs === undefined ? any("failed") : changed("only_candidate")) return ranks.better;
  if (any("failed")) return ranks.failed;
  if (any("unscored")) return ranks.unscored;
  return any("scored") ? ranks.scored : ranks.rest;
}

function countByKind(rows: readonly { rank: number }[]): LeftOut {
  const count = (...kinds: readonly number[]) => rows.filter(({ rank }) => kinds.includes(rank)).length;
  const [flips, failures] = [count(ranks.worse, ranks.better), count(ranks.failed, ranks.error)];
  return { flips, failures, others: rows.length - flips - failures };
}
