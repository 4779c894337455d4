import type { SampleLine } from "../core/run-line.ts";
import type { Sample } from "../core/sample.ts";
import type { Score, Scorer } from "../core/score.ts";
import { recordedReplies } from "./recorded-replies.ts";
import { type ScoringSetup, scoreNow } from "./score-sample.ts";

export interface StoredSetup extends Pick<ScoringSetup, "scorers" | "seed"> {
  /** What the run asked for; absent = these same scorers. */
  readonly recorded?: readonly Scorer[] | undefined;
}

/** Scores replies that are on disk as a run would have scored them when they came, late scorers left out. Asks nobody. */
export function storedScorer(
  setup: StoredSetup,
): (sample: Sample, line: Pick<SampleLine, "attempt" | "completion" | "more">) => readonly Score[] | undefined {
  const { scorers, seed, recorded } = setup;
  const find = recordedReplies(scorers, recorded);
  const scoring: ScoringSetup = { scorers, seed, judges: [], signal: new AbortController().signal, redact: (text) => text };
  return (sample, line) => {
    const found = find(sample, line);
    return found && scoreNow(scoring, sample, line.attempt, found.plan, found.replies);
  };
}
