import type { Score } from "../core/score.ts";

/** The score that decides about a sample: accuracy, else the first with a pass mark, else the first. */
export function decidingScore(scores: readonly Score[] | undefined): Score | undefined {
  if (scores === undefined) return undefined;
  let best: Score | undefined;
  for (const score of scores) {
    if (score.name === "accuracy") return score;
    if (best === undefined || (best.passed === undefined && score.passed !== undefined)) best = score;
  }
  return best;
}
