import { closeSync, type Dirent, existsSync, fstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import type { RunLine } from "../core/run-line.ts";
import { isLocked } from "../io/file-lock.ts";
import { readSpan } from "../io/scan-lines.ts";
import { firstLineOf } from "./first-line.ts";
import { isLabelFile } from "./label-file.ts";
import type { ListedRun } from "./listed-run.ts";
import { namedRun, runNames } from "./named-run.ts";
import { isRunFile, openStoredRun } from "./open-stored-run.ts";
import { type LaterLine, parseLaterLine, parseRunLine } from "./parse-run-line.ts";
import { openRun } from "./whole-lines.ts";

/** Every run under a folder, newest first. A file that cannot be read is told to `onBroken`, and never hides the others. */
export function listRuns(out: string, onBroken: (file: string, message: string) => void = () => {}): ListedRun[] {
  const runs: ListedRun[] = [];
  for (const file of runFiles(out, onBroken)) {
    try {
      runs.push(peekRun(file));
    } catch (error) {
      onBroken(file, messageOf(error));
    }
  }
  // An id begins with the time at which its run started.
  return runs.sort((a, b) => (a.run.id === b.run.id ? 0 : a.run.id < b.run.id ? 1 : -1));
}

function* runFiles(folder: string, onBroken: (file: string, message: string) => void): Generator<string> {
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // A folder that is not there has no runs.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") onBroken(folder, messageOf(error));
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    // A gate's extra replies are in a hidden folder: they are no runs of an eval.
    if (entry.isDirectory() && !entry.name.startsWith(".")) yield* runFiles(path, onBroken);
    else if (entry.isFile() && entry.name.endsWith(".jsonl") && !isLabelFile(entry.name)) yield path;
  }
}

/** Enough for most last lines; a longer one is looked for in more. */
const tailBytes = [16 * 1024, 256 * 1024];

/** The first line of a run file, and its last if that ends the run. */
function peekRun(file: string): ListedRun {
  const fd = openRun(file);
  try {
    const { size, mtimeMs } = fstatSync(fd);
    const run = parseRunLine(firstLineOf(fd, size), file);
    const last = lastLine(fd, size, file, run);
    return { file, run, end: last?.type === "end" ? last : undefined, locked: isLocked(file), touched: mtimeMs };
  } finally {
    closeSync(fd);
  }
}

/** The last line of a type that we know; one that was cut short is passed over, as every reader does. */
function lastLine(fd: number, size: number, file: string, run: RunLine): LaterLine | undefined {
  const pairs = run.data.selected * run.attempts;
  for (const bytes of tailBytes) {
    const start = Math.max(0, size - bytes);
    const lines = readSpan(fd, start, size).split("\n");
    // The first may lack its beginning.
    for (let at = lines.length - 1; at >= (start === 0 ? 0 : 1); at--) {
      const text = lines[at] as string;
      if (text === "") continue;
      try {
        const line = parseLaterLine(text, file, 0, pairs);
        if (line !== undefined) return line;
      } catch {
        if (at < lines.length - 1) return undefined;
      }
    }
  }
  return undefined;
}

/**
 * The run that a user means by a file (of ours, or another harness's log), an id (or its beginning), `eval@model` (the newest), or
 * `eval@model~1` (the one before).
 *
 * @throws FinegaugeError `run.not-found` with what is near; what `openStoredRun` throws of a file
 */
export async function findRun(reference: string, out: string): Promise<ListedRun> {
  if (existsSync(reference) && statSync(reference).isFile()) {
    return isRunFile(reference) ? peekRun(reference) : peekLog(reference);
  }
  const runs = listRuns(out);
  const found = namedRun(reference, runs);
  if (found !== undefined) return found;
  throw new FinegaugeError("run.not-found", `there is no run ${reference} in ${out}, which has ${runs.length}`, {
    nearest: nearestNames(reference, new Set(runs.flatMap(runNames))),
    hint: reference.length < 6 ? "an id needs at least six characters; finegauge list runs" : "finegauge list runs",
  });
}

/** A log has no ends that say it all: it is read whole, once. */
async function peekLog(file: string): Promise<ListedRun> {
  const { run, end } = await openStoredRun(file);
  return { file, run, end, locked: false, touched: statSync(file).mtimeMs };
}
