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
 * The rows that the page shows, in its order. Of compared runs: what got worse, what got better, errors, what stayed wrong, not
 * scored, the rest. Of runs that nobody compared failures come before errors, and what got better after both. Within each by eval,
 * the surest change first, then by issue order.
 *
 * @param budget sum of sizes; the order is cut where the next row would pass it
 */
export function chooseRows(evals: readonly (readonly RowFacts[])[], budget: number): Choice {
  const all = evals.flatMap((rows, evalIndex) =>
    rows.map((facts, row) => ({
      eval: evalIndex,
      row,
      ...rankedAs(facts),
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

type Kind = "worse" | "better" | "failed" | "error" | "unscored" | "scored" | "rest";

const orders: { readonly [of in "compared" | "alone"]: readonly Kind[] } = {
  compared: ["worse", "better", "error", "failed", "unscored", "scored", "rest"],
  alone: ["worse", "failed", "error", "better", "unscored", "scored", "rest"],
};

function rankedAs(facts: RowFacts): { readonly kind: Kind; readonly rank: number } {
  const compared = facts.pairs !== undefined;
  const kind = compared ? kindOfCompared(facts) : kindOfAlone(facts);
  return { kind, rank: orders[compared ? "compared" : "alone"].indexOf(kind) };
}

function kindOfCompared({ outcomes, pairs = [] }: RowFacts): Kind {
  if (pairs.some(({ change }) => change === "only_baseline")) return "worse";
  if (pairs.some(({ change }) => change === "only_candidate")) return "better";
  return (["error", "failed", "unscored", "scored"] as const).find((outcome) => outcomes.includes(outcome)) ?? "rest";
}

function kindOfAlone({ outcomes: [first, ...others] }: RowFacts): Kind {
  const all = [first, ...others];
  if (first === "passed" && others.includes("failed")) return "worse";
  if (all.includes("failed") && !others.includes("passed")) return "failed";
  if (all.includes("error")) return "error";
  if (all.includes("failed")) return "better";
  return (["unscored", "scored"] as const).find((outcome) => all.includes(outcome)) ?? "rest";
}

function countByKind(rows: readonly { readonly kind: Kind }[]): LeftOut {
  const count = (...kinds: readonly Kind[]) => rows.filter(({ kind }) => kinds.includes(kind)).length;
  const [flips, failures] = [count("worse", "better"), count("failed", "error")];
  return { flips, failures, others: rows.length - flips - failures };
}
