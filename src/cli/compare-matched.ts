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

/** A side that was read, or can be. */
type Openable = { open(): Promise<SideSource> } | { readonly side: Side };

/** One eval: what is compared with what. */
export interface Matched {
  readonly eval: string;
  readonly baseline: Openable;
  readonly candidates: readonly Openable[];
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
    const before = await sideOf(baseline);
    for (const one of candidates) {
      const candidate = await sideOf(one);
      const alike = await scoreAlike(before, candidate);
      const options = await optionsOf(candidate);
      const compared = await compareSides(alike.baseline, candidate, { ...options, rescored: alike.rescored });
      all.push({ ...compared, baseline: alike.baseline, candidate });
    }
  }
  const family = withFamily(all.map(({ comparison }) => comparison));
  return all.map((one, at) => ({ ...one, comparison: family[at] ?? one.comparison }));
}

async function sideOf(one: Openable): Promise<Side> {
  return "side" in one ? one.side : readSide(await one.open());
}
