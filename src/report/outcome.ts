import type { SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import type { Flag, Outcome, RunStatus } from "../page/index.ts";
import type { ReportRun } from "./report.ts";

/** The score that decides about a sample: accuracy, else the first with a pass mark, else the first. */
export function decidingScore({ scores }: SampleLine): Score | undefined {
  return scores?.find(({ name }) => name === "accuracy") ?? scores?.find(({ passed }) => passed !== undefined) ?? scores?.[0];
}

export function outcomeOf(line: SampleLine): Outcome {
  if (line.error !== undefined) return "error";
  const score = decidingScore(line);
  if (score === undefined || score.value === null) return "unscored";
  if (score.passed === undefined) return "scored";
  return score.passed ? "passed" : "failed";
}

/** Which of the counts beside accuracy this reply is part of. */
export function flagsOf(line: SampleLine): readonly Flag[] {
  const flags: Flag[] = [];
  const reply = line.completion;
  if (reply?.finish === "content_filter") flags.push("filtered");
  if (reply?.finish === "length") flags.push("cut_off");
  if (reply !== undefined && reply.text.trim() === "" && (reply.tool_calls ?? []).length === 0) flags.push("empty");
  if (reply?.refusal !== undefined) flags.push("refused");
  if (line.scores?.some((score) => score.details?.invalid_label === true)) flags.push("invalid_label");
  return flags;
}

export function statusOf({ end }: ReportRun): RunStatus {
  return end?.status ?? "unfinished";
}

/** What the reply was taken to say. */
export function labelOf(line: SampleLine): string | undefined {
  return decidingScore(line)?.label;
}
