import { expressionDeltas } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { compareMatched, type MatchedComparison } from "./compare-matched.ts";
import { type FindOptions, sideFinder } from "./find-sides.ts";
import { matchSides, unmatched } from "./match-sides.ts";

interface CompareReferencesOptions extends FindOptions {
  /** How much worse is acceptable; absent = the eval's. */
  readonly margin?: number | undefined;
  /** Samples that flipped to name. */
  readonly flips: number;
  /** Work out an eval's own metrics of single labels too. */
  readonly labels: boolean;
  /** Told what is left out, and why. */
  readonly tell: (text: string) => void;
}

/**
 * Compares the candidates with the baseline, eval by eval.
 *
 * @throws FinegaugeError `run.not-found`, and what reading a run throws
 */
export async function compareReferences(
  baseline: string,
  candidates: readonly string[],
  options: CompareReferencesOptions,
): Promise<readonly [MatchedComparison, ...MatchedComparison[]]> {
  const { margin, flips, labels, tell } = options;
  const find = sideFinder(options);
  const matched = matchSides(await find(baseline), await find(candidates));
  const alone = unmatched(matched);
  if (alone !== undefined) tell(`left out: ${alone.message}`);
  const [first, ...others] = await compareMatched(matched.matches, async ({ spec }) => ({
    margin,
    flips,
    derived: await expressionDeltas(spec.metrics, { labels }),
  }));
  if (first === undefined)
    throw new FinegaugeError("run.not-found", "there is nothing to compare", { hint: "finegauge list runs" });
  return [first, ...others];
}
