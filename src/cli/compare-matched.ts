import {
  type Compared,
  type CompareOptions,
  compareSides,
  readSide,
  type Side,
  type SideSource,
  withFamily,
} from "../compare/index.ts";
import { scoreAlike } from "./score-alike.ts";

/** One eval: what is compared with what. */
export interface Matched {
  readonly eval: string;
  readonly baseline: { open(): Promise<SideSource> };
  readonly candidates: readonly { open(): Promise<SideSource> }[];
}

/** A comparison with the sides that it was made of. */
export interface MatchedComparison extends Compared {
  readonly baseline: Side;
  readonly candidate: Side;
}

/**
 * Compares every candidate with its baseline, as one family. Each side is read once; where right answers or scorer changed, recorded
 * replies are scored again so that both are judged alike.
 */
export async function compareMatched(
  matched: readonly Matched[],
  optionsOf: (candidate: Side) => CompareOptions | Promise<CompareOptions>,
): Promise<MatchedComparison[]> {
  const all: MatchedComparison[] = [];
  for (const { baseline, candidates } of matched) {
    const before = await readSide(await baseline.open());
    for (const one of candidates) {
      const candidate = await readSide(await one.open());
      const alike = await scoreAlike(before, candidate);
      const options = await optionsOf(candidate);
      const compared = await compareSides(alike.baseline, candidate, { ...options, rescored: alike.rescored });
      all.push({ ...compared, baseline: alike.baseline, candidate });
    }
  }
  const family = withFamily(all.map(({ comparison }) => comparison));
  return all.map((one, at) => ({ ...one, comparison: family[at] ?? one.comparison }));
}
