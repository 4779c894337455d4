import { statSync } from "node:fs";
import { type Bitset, bitset } from "../core/bitset.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { RunLine, SampleLine, ScoreLine } from "../core/run-line.ts";
import { replaceFile } from "../io/replace-file.ts";
import { type ScannedLine, scanLines } from "../io/scan-lines.ts";
import { parseLaterLine, parseRunLine } from "./parse-run-line.ts";

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

/**
 * Makes a run file ready for appending. Errors are questions still open, so their lines are dropped, and so is a line that was cut short;
 * only then is the file written anew (aside, synced, renamed). The caller holds the lock.
 *
 * @param visit sees every line that stays, in the order of the file
 * @throws FinegaugeError `run.resume-mismatch` when the run is another one than the caller would make
 */
export async function recoverRun(
  file: string,
  resumeHash: string,
  visit: { sample(line: SampleLine): void; score(line: ScoreLine): void },
): Promise<Recovered> {
  const found = survey(file, resumeHash);
  if (found.droppedErrors > 0 || found.torn) await replaceFile(file, keptLines(file));

  const pairs = found.run.data.selected * found.run.attempts;
  const done = bitset(pairs);
  const lateScored = bitset(pairs);
  for (const line of scanLines(file)) {
    if (line.number === 1 || line.text === "") continue;
    const parsed = parseLaterLine(line.text, file, line.number);
    if (parsed?.type === "sample" && !done.has(parsed.seq)) {
      done.add(parsed.seq);
      visit.sample(parsed);
    }
    if (parsed?.type === "score" && !lateScored.has(parsed.seq)) {
      lateScored.add(parsed.seq);
      visit.score(parsed);
    }
  }
  return { run: found.run, done, lateScored, droppedErrors: found.droppedErrors, wallMs: found.wallMs };
}

interface Survey {
  readonly run: RunLine;
  readonly droppedErrors: number;
  readonly torn: boolean;
  readonly wallMs: number;
}

function survey(file: string, resumeHash: string): Survey {
  let run: RunLine | undefined;
  let droppedErrors = 0;
  let torn = false;
  let wallMs = 0;
  let sessionStart: number | undefined;
  for (const line of scanLines(file)) {
    if (run === undefined) {
      run = parseRunLine(line.text, file);
      if (run.resume_hash !== resumeHash) throw mismatch(file, run);
      sessionStart = Date.parse(run.started);
      continue;
    }
    torn ||= line.torn;
    if (isError(line)) droppedErrors++;
    else if (line.text.startsWith('{"type":"end"') || line.text.startsWith('{"type":"session"')) {
      const parsed = parseLaterLine(line.text, file, line.number);
      if (parsed?.type === "session") sessionStart = Date.parse(parsed.at);
      if (parsed?.type === "end") {
        wallMs = parsed.wall_ms;
        sessionStart = undefined;
      }
    }
  }
  if (run === undefined) throw new FinegaugeError("run.corrupt", `${file} is empty`, { where: { file } });
  // A killed session wrote no end; its last write is the best there is.
  if (sessionStart !== undefined) wallMs += Math.max(0, Math.round(statSync(file).mtimeMs - sessionStart));
  return { run, droppedErrors, torn, wallMs };
}

function mismatch(file: string, run: RunLine): FinegaugeError {
  return new FinegaugeError(
    "run.resume-mismatch",
    `${file} is another run than this command would make (${run.eval} on ${run.completion_fn})`,
    {
      where: { file },
      hint: "eval, data, model, sampling or order differ; run without --resume to start a new one",
    },
  );
}

function isError(line: ScannedLine): boolean {
  if (!line.text.includes('"error":{')) return false;
  try {
    const value = JSON.parse(line.text) as { type?: unknown; error?: unknown };
    return value.type === "sample" && value.error !== undefined;
  } catch {
    return false;
  }
}

/** The lines that stay; one whose newline alone was lost is whole. */
function* keptLines(file: string): Generator<string, void, void> {
  for (const line of scanLines(file)) {
    if (isError(line) || (line.torn && !isJson(line.text))) continue;
    yield `${line.text}\n`;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
