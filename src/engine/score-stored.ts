import type { SampleLine } from "../core/run-line.ts";
import type { Sample } from "../core/sample.ts";
import type { Score } from "../core/score.ts";
import { askPlanner } from "./plan-asks.ts";
import { type ScoringSetup, scoreNow } from "./score-sample.ts";
import { storedReplies } from "./stored-replies.ts";

/** Scores replies that are on disk as a run would have scored them when they came, late scorers left out. Asks nobody. */
export function storedScorer(
  setup: Pick<ScoringSetup, "scorers" | "seed">,
): (sample: Sample, line: Pick<SampleLine, "attempt" | "completion" | "more">) => readonly Score[] | undefined {
  const planOf = askPlanner(setup.scorers);
  const scoring: ScoringSetup = { ...setup, judges: [], signal: new AbortController().signal, redact: (text) => text };
  return (sample, line) => {
    const plan = planOf(sample);
    const replies = storedReplies(line, plan.asks);
    // A question without its answer, such as a log's that never said what the model replied.
    if (replies.some((reply) => reply.length === 0)) return undefined;
    return scoreNow(scoring, sample, line.attempt, plan, replies);
  };
}
