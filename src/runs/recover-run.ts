import { statSync } from "node:fs";
import { type Bitset, bitset } from "../core/bitset.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { RunLine, SampleLine, ScoreLine } from "../core/run-line.ts";
import { unanswered } from "../core/score.ts";
import { replaceFile } from "../io/replace-file.ts";
import { parseLaterLine, parseRunLine } from "./parse-run-line.ts";
import { allLines, isWhole } from "./whole-lines.ts";

/** What an interrupted run has already. */
export interface Recovered {
  readonly run: RunLine;
  /** By seq: answered, and not to be asked again. */
  readonly done: Bitset;
  /** By seq: late scores are there too. */
  readonly lateScored: Bitset;
  readonly droppedErrors: number;
  /** Milliseconds of the earlier sessions, as far as the file tells. */
  readonly wallMs: number;
}

/** Sees every answer and late score that an interrupted run has, each once, in the order of the file. */
export interface Visit {
  sample(line: SampleLine): void;
  score(line: ScoreLine): void;
}

/**
 * Makes a run file ready for appending. Errors are questions still open, so their lines are dropped, and so is a line that was cut short;
 * only then is the file written anew (aside, synced, renamed). The caller holds the lock.
 *
 * @throws FinegaugeError `run.not-found`, `run.corrupt`, `run.resume-mismatch` when the run is complete or another one than the caller
 * would make
 */
export async function recoverRun(file: string, resumeHash: string, visit: Visit): Promise<Recovered> {
  let found: { run: RunLine; pairs: number; done: Bitset; lateScored: Bitset } | undefined;
  const errorLines = new Set<number>();
  let torn = false;
  let complete = false;
  let wallMs = 0;
  let sessionStart: number | undefined;
  for (const line of allLines(file)) {
    torn = line.torn;
    if (line.text === "" || !isWhole(line)) continue;
    if (found === undefined) {
      const run = parseRunLine(line.text, file);
      if (run.resume_hash !== resumeHash) throw otherRun(file, run);
      const pairs = run.data.selected * run.attempts;
      found = { run, pairs, done: bitset(pairs), lateScored: bitset(pairs) };
      sessionStart = Date.parse(run.started);
      continue;
    }
    const { pairs, done, lateScored } = found;
    const parsed = parseLaterLine(line.text, file, line.number, pairs);
    if (parsed !== undefined) complete = parsed.type === "end" && parsed.status === "complete";
    if (parsed?.type === "sample") {
      if (parsed.error !== undefined) errorLines.add(line.number);
      else if (!done.has(parsed.seq)) {
        done.add(parsed.seq);
        visit.sample(parsed);
      }
    } else if (parsed?.type === "score" && !lateScored.has(parsed.seq)) {
      if (unanswered(parsed.scores) !== undefined) errorLines.add(line.number);
      else {
        lateScored.add(parsed.seq);
        visit.score(parsed);
      }
    } else if (parsed?.type === "session") {
      wallMs = parsed.wall_ms ?? wallMs;
      sessionStart = Date.parse(parsed.at);
    } else if (parsed?.type === "end") {
      wallMs = parsed.wall_ms;
      sessionStart = undefined;
    }
  }
  if (found === undefined) {
    throw new FinegaugeError("run.corrupt", `${file} holds no run`, {
      where: { file },
      hint: "delete it, and run the eval again",
    });
  }
  if (complete) throw completeRun(file, found.run);
  // A killed session wrote no end; its last write is the best there is.
  if (sessionStart !== undefined) wallMs += Math.max(0, Math.round(Math.min(statSync(file).mtimeMs, Date.now()) - sessionStart));
  if (errorLines.size > 0 || torn) await replaceFile(file, keptLines(file, errorLines));
  const { run, done, lateScored } = found;
  return { run, done, lateScored, droppedErrors: errorLines.size, wallMs };
}

function* keptLines(file: string, errorLines: ReadonlySet<number>): Generator<string, void, void> {
  for (const line of allLines(file)) if (!errorLines.has(line.number) && isWhole(line)) yield `${line.text}\n`;
}

function otherRun(file: string, run: RunLine): FinegaugeError {
  return new FinegaugeError(
    "run.resume-mismatch",
    `${file} is another run than this command would make (${run.eval} on ${run.completion_fn})`,
    {
      where: { file },
      hint: "eval, data, model, sampling or order differ; run without --resume to start a new one",
    },
  );
}

function completeRun(file: string, run: RunLine): FinegaugeError {
  return new FinegaugeError("run.resume-mismatch", `run ${run.id} is complete; a finished file is never changed`, {
    where: { file },
    hint: "run without --resume to start a new one",
  });
}
