import type { EndLine, RunLine } from "./run-line.ts";

/**
 * How a run stands. An end that says complete counts only where every (sample, attempt) is there: a file that was cut, or put together
 * from pieces, is unfinished whatever its last line says.
 *
 * @param end the file's last line, if it ends the run
 * @param done (sample, attempt) pairs that have a line; absent: as many as the end says, where the lines are not read
 */
export function runStatus(
  { data, attempts }: Pick<RunLine, "data" | "attempts">,
  end: Pick<EndLine, "status" | "counts"> | undefined,
  done: number = end?.counts.done ?? 0,
): EndLine["status"] | "unfinished" {
  if (end === undefined) return "unfinished";
  return end.status === "complete" && done < data.selected * attempts ? "unfinished" : end.status;
}
