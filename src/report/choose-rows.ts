import type { RowFacts } from "./line-up.ts";

/** The row at `row` of the eval at `eval`. */
export interface Chosen {
  readonly eval: number;
  readonly row: number;
}

/**
 * The rows that the page shows, in its order: what got worse, what failed, errors, what got better, not scored, the rest; within
 * each by eval and issue order.
 *
 * @param budget sum of sizes; the order is cut where the next row would pass it
 */
export function chooseRows(evals: readonly (readonly RowFacts[])[], budget: number): readonly Chosen[] {
  const all = evals.flatMap((rows, evalIndex) =>
    rows.map((facts, row) => ({ eval: evalIndex, row, rank: rankOf(facts.outcomes), seq: facts.seq, size: facts.size })),
  );
  all.sort((a, b) => a.rank - b.rank || a.eval - b.eval || a.seq - b.seq);
  let left = budget;
  const tooMany = all.findIndex(({ size }) => {
    left -= size;
    return left < 0;
  });
  return (tooMany < 0 ? all : all.slice(0, tooMany)).map(({ eval: evalIndex, row }) => ({ eval: evalIndex, row }));
}

function rankOf([first, ...others]: RowFacts["outcomes"]): number {
  const any = (outcome: string) => first === outcome || others.includes(outcome as typeof first);
  if (first === "passed" && others.includes("failed")) return 0;
  if (any("failed") && !others.includes("passed")) return 1;
  if (any("error")) return 2;
  if (any("failed")) return 3;
  if (any("unscored")) return 4;
  return any("scored") ? 5 : 6;
}
