import { closeSync, type Dirent, existsSync, fstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";
import { isLocked } from "../io/file-lock.ts";
import { readSpan } from "../io/scan-lines.ts";
import { isRunFile, openStoredRun } from "./open-stored-run.ts";
import { type LaterLine, parseLaterLine, parseRunLine } from "./parse-run-line.ts";
import { openRun } from "./whole-lines.ts";

/** A run file as a list shows it: its two ends, not its samples. */
export interface ListedRun {
  readonly file: string;
  readonly run: RunLine;
  readonly end: EndLine | undefined;
  /** Somebody is writing it now. */
  readonly locked: boolean;
  /** Time of the last write, ms since 1970. */
  readonly touched: number;
}

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
    if (entry.isDirectory()) yield* runFiles(path, onBroken);
    else if (entry.isFile() && entry.name.endsWith(".jsonl")) yield path;
  }
}

const headBytes = 64 * 1024;
const tailBytes = 256 * 1024;

/** The first line of a run file, and its last if that ends the run. */
function peekRun(file: string): ListedRun {
  const fd = openRun(file);
  try {
    const { size, mtimeMs } = fstatSync(fd);
    const run = parseRunLine(firstLine(fd, size), file);
    const last = lastLine(readSpan(fd, Math.max(0, size - tailBytes), size), file, run);
    return { file, run, end: last?.type === "end" ? last : undefined, locked: isLocked(file), touched: mtimeMs };
  } finally {
    closeSync(fd);
  }
}

/** The last line of a type that we know; one that was cut short is passed over, as every reader does. */
function lastLine(tail: string, file: string, run: RunLine): LaterLine | undefined {
  const pairs = run.data.selected * run.attempts;
  const lines = tail.split("\n");
  for (let at = lines.length - 1; at >= 0; at--) {
    const text = lines[at] as string;
    if (text === "") continue;
    try {
      const line = parseLaterLine(text, file, 0, pairs);
      if (line !== undefined) return line;
    } catch {
      if (at < lines.length - 1) return undefined;
    }
  }
  return undefined;
}

function firstLine(fd: number, size: number): string {
  for (let bytes = headBytes; ; bytes *= 4) {
    const text = readSpan(fd, 0, Math.min(bytes, size));
    const stop = text.indexOf("\n");
    if (stop >= 0) return text.slice(0, stop);
    if (bytes >= size) return text;
  }
}

/**
 * The run that a user means by a file (of ours, or another harness's log), an id (or its beginning), `eval@model` (the newest), or `eval@model~1` (the one before).
 *
 * @throws FinegaugeError `run.not-found` with what is near; what `openStoredRun` throws of a file
 */
export async function findRun(reference: string, out: string): Promise<ListedRun> {
  if (existsSync(reference) && statSync(reference).isFile()) {
    return isRunFile(reference) ? peekRun(reference) : peekLog(reference);
  }
  const runs = listRuns(out);
  const named = /^(?<eval>.+?)@(?<model>.+?)(?:~(?<back>\d+))?$/.exec(reference)?.groups;
  if (named !== undefined) {
    const { back = "0" } = named;
    const fitting = runs.filter(({ run }) => isNamed(run, named.eval as string) && run.completion_fn === named.model);
    const found = fitting[Number(back)];
    if (found !== undefined) return found;
  }
  const wanted = reference.toLowerCase();
  const byId = wanted.length >= 6 ? runs.filter(({ run }) => run.id.toLowerCase().startsWith(wanted)) : [];
  if (byId.length === 1 && byId[0] !== undefined) return byId[0];
  if (byId.length > 1) throw manyRuns(reference, byId);
  throw new FinegaugeError("run.not-found", `there is no run ${reference} in ${out}, which has ${runs.length}`, {
    nearest: nearestNames(reference, new Set(runs.flatMap(namesOf))),
    hint: wanted.length < 6 ? "an id needs at least six characters; finegauge list runs" : "finegauge list runs",
  });
}

/** A log has no ends that say it all: it is read whole, once. */
async function peekLog(file: string): Promise<ListedRun> {
  const { run, end } = await openStoredRun(file);
  return { file, run, end, locked: false, touched: statSync(file).mtimeMs };
}

function manyRuns(reference: string, runs: readonly ListedRun[]): FinegaugeError {
  const copies = runs.every(({ run }) => run.id === runs[0]?.run.id);
  return new FinegaugeError("run.not-found", `${runs.length} runs have an id that begins with ${reference}`, {
    nearest: runs.slice(0, 5).map(({ file, run }) => (copies ? file : run.id)),
    hint: copies ? "they are copies of one run; name the file" : "give more of the id",
  });
}

function namesOf({ run }: ListedRun): string[] {
  return [run.eval, run.eval.split(".")[0]].map((name) => `${name}@${run.completion_fn}`);
}

/** A run is called by its eval's concrete name, or by what that begins with: `tickets` or `tickets.heldout` for `tickets.heldout.v1`. */
function isNamed(run: RunLine, name: string): boolean {
  return run.eval === name || run.eval.startsWith(`${name}.`);
}
