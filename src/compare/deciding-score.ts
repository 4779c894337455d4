import type { Score } from "../core/score.ts";

/**
 * The score that decides about a sample: accuracy, else the first with a pass mark, else the first. One of a scorer that stands beside
 * another (`includes.accuracy`) decides only where there is no other score.
 */
export function decidingScore(scores: readonly Score[] | undefined): Score | undefined {
  if (scores === undefined) return undefined;
  let best: Score | undefined;
  let rank = 0;
  for (const score of scores) {
    if (score.name === "accuracy") return score;
    const own = (isBeside(score.name) ? 0 : 2) + (score.passed === undefined ? 1 : 2);
    if (own > rank) [best, rank] = [score, own];
  }
  return best;
}

/** Is it a score of a scorer that stands beside the deciding one: `includes.accuracy`. */
export function isBeside(name: string): boolean {
  return name.includes(".");
}
