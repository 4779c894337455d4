import { type PairedRows, pairedDifference } from "../paired-difference.ts";
import { factsOf, type UnitFacts } from "../paired-mean.ts";
import { unitsOfGroups, unitsOfSamples } from "../paired-units.ts";
import { studentMargin } from "../student-margin.ts";
import type { World } from "./paired-worlds.ts";
import type { Random } from "./random-draws.ts";

/** One-sided p values of a bound: that the difference is above it, and below. */
export type Method = (rows: PairedRows) => {
  readonly value: number;
  pAbove(bound: number): number;
  pBelow(bound: number): number;
};

export const ours: Method = (rows) => {
  const found = pairedDifference(rows);
  if (found === null) throw new RangeError("no rows");
  return found;
};

/** Student's t on samples, whatever groups they come from. With attempts as rows: t on pooled attempts. */
export const tIgnoringGroups: Method = (rows) => studentOf(factsOf(unitsOfSamples(differencesOf(rows))));

/** Student's t on groups with a cluster-robust standard error, alone. */
export const clusterT: Method = (rows) => {
  if (rows.groups === undefined) return tIgnoringGroups(rows);
  return studentOf(factsOf(unitsOfGroups(differencesOf(rows), rows.groups)));
};

function differencesOf({ baseline, candidate }: PairedRows): Float64Array {
  return Float64Array.from(baseline, (before, i) => (candidate[i] as number) - before);
}

function studentOf({ value, se, count }: UnitFacts): ReturnType<Method> {
  // Without spread the method is certain: that is what is wrong with it.
  if (se === null || se === 0)
    return { value, pAbove: (bound) => (value > bound ? 0 : 1), pBelow: (bound) => (value < bound ? 0 : 1) };
  const df = count - 1;
  const above = studentMargin({ value, se, df });
  const below = studentMargin({ value: -value, se, df });
  return { value, pAbove: above.pAbove, pBelow: (bound) => below.pAbove(-bound) };
}

/** How often a draw of a world is marked as lying outside the checked region. */
export function approximateShare(world: World, { runs, random }: { runs: number; random: Random }): number {
  let marked = 0;
  for (let run = 0; run < runs; run++) if (pairedDifference(world.draw(random))?.approximate === true) marked++;
  return marked / runs;
}
