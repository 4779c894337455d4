import { countedFlags, decidingScore as deciding, flagOf, replyFlags } from "../compare/index.ts";
import type { SampleLine } from "../core/run-line.ts";
import { runStatus } from "../core/run-status.ts";
import type { Score } from "../core/score.ts";
import type { Flag, Outcome, RunStatus } from "../page/index.ts";
import type { ReportRun } from "./report.ts";

/** The score that decides about a sample. */
export function decidingScore({ scores }: SampleLine): Score | undefined {
  return deciding(scores);
}

export function outcomeOf(line: SampleLine): Outcome {
  if (line.error !== undefined) return "error";
  const score = decidingScore(line);
  if (score === undefined || score.value === null) return "unscored";
  if (score.passed === undefined) return "scored";
  return score.passed ? "passed" : "failed";
}

/** Which of the counts beside accuracy this reply is part of, by the same rules as the counts. */
export function flagsOf({ completion, scores }: SampleLine): readonly Flag[] {
  let bits = completion === undefined ? 0 : replyFlags(completion);
  if (scores?.some(({ details }) => details?.invalid_label === true)) bits |= flagOf.invalid_label;
  return countedFlags.filter((name) => name !== "errors").filter((name) => (bits & flagOf[name]) !== 0);
}

export function statusOf({ run, end, counts }: ReportRun): RunStatus {
  return runStatus(run, end, counts.done);
}

/** What the reply was taken to say. */
export function labelOf(line: SampleLine): string | undefined {
  return decidingScore(line)?.label;
}
