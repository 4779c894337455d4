import type { RunLine, SampleLine } from "../core/run-line.ts";
import { decidingScore } from "./deciding-score.ts";

/** A run as far as a comparison by position goes. */
interface WalkedRun {
  readonly run: RunLine;
  samples(): AsyncIterable<SampleLine>;
}

/** What became of the (sample, attempt) pairs that an earlier run of the same data has too. Plain counts: no claim about chance. */
export interface Changes {
  /** Pairs that both runs judged. */
  readonly paired: number;
  /** Passed before, and not now. */
  readonly regressions: number;
  readonly improvements: number;
  /** The first regressions in issue order. */
  readonly first: readonly SampleLine[];
}

/**
 * Pairs two runs. Both must be of the same data (equal `data.hash`), so that a row's index names the same content, with the same number
 * of attempts; one byte a pair is kept.
 *
 * @param show how many regressions to return
 */
export async function changesSince(before: WalkedRun, now: WalkedRun, show = 3): Promise<Changes> {
  if (before.run.data.hash !== now.run.data.hash) throw new Error("changesSince: the runs are of different data");
  const { attempts } = before.run;
  if (attempts !== now.run.attempts) throw new Error("changesSince: the runs have different numbers of attempts");
  const verdicts = new Uint8Array(before.run.data.samples * attempts);
  for await (const { index, attempt, scores } of before.samples()) {
    const passed = decidingScore(scores)?.passed;
    if (passed !== undefined) verdicts[index * attempts + attempt] = passed ? 2 : 1;
  }
  let paired = 0;
  let regressions = 0;
  let improvements = 0;
  const first: SampleLine[] = [];
  for await (const line of now.samples()) {
    const passed = decidingScore(line.scores)?.passed;
    const earlier = verdicts[line.index * attempts + line.attempt];
    if (passed === undefined || !earlier) continue;
    paired++;
    if (earlier === 1 && passed) improvements++;
    if (earlier !== 2 || passed) continue;
    regressions++;
    first.push(line);
    // Completion order is not issue order: keep the earliest few seen so far.
    first.sort((a, b) => a.seq - b.seq);
    if (first.length > show) first.pop();
  }
  return { paired, regressions, improvements, first };
}
