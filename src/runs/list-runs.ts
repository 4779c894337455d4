import { closeSync, existsSync, fstatSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { type EndLine, endLineSchema, type RunLine } from "../core/run-line.ts";
import { isLocked } from "../io/file-lock.ts";
import { readSpan } from "../io/scan-lines.ts";
import { parseRunLine } from "./parse-run-line.ts";

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
  for (const file of runFiles(out)) {
    try {
      runs.push(peekRun(file));
    } catch (error) {
      onBroken(file, messageOf(error));
    }
  }
  // Ids begin with their time, so equal starts still have an order.
  return runs.sort((a, b) => (a.run.id < b.run.id ? 1 : -1));
}

function* runFiles(folder: string): Generator<string> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* runFiles(path);
    else if (entry.isFile() && entry.name.endsWith(".jsonl")) yield path;
  }
}

const headBytes = 64 * 1024;
const tailBytes = 256 * 1024;

/** The first line of a run file, and its last if that ends the run. */
export function peekRun(file: string): ListedRun {
  const fd = openSync(file, "r");
  try {
    const { size, mtimeMs } = fstatSync(fd);
    const head = firstLine(fd, size);
    const run = parseRunLine(head, file);
    const tail = readSpan(fd, Math.max(0, size - tailBytes), size);
    const last = tail.slice(tail.lastIndexOf("\n", tail.length - 2) + 1).trimEnd();
    const end = last.startsWith('{"type":"end"') ? endLineSchema.safeParse(JSON.parse(last)).data : undefined;
    return { file, run, end, locked: isLocked(file), touched: mtimeMs };
  } finally {
    closeSync(fd);
  }
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
 * The run that a user means by a file, an id (or its beginning), `eval@model` (the newest), or `eval@model~1` (the one before).
 *
 * @throws FinegaugeError `run.not-found` with what is near
 */
export function findRun(reference: string, out: string): ListedRun {
  if (existsSync(reference) && statSync(reference).isFile()) return peekRun(reference);
  const runs = listRuns(out);
  const wanted = reference.toLowerCase();
  const named = /^(?<eval>.+?)@(?<model>.+?)(?:~(?<back>\d+))?$/.exec(reference)?.groups;
  if (named !== undefined) {
    const { back = "0" } = named;
    const fitting = runs.filter(({ run }) => isNamed(run, named.eval as string) && run.completion_fn === named.model);
    const found = fitting[Number(back)];
    if (found !== undefined) return found;
  }
  const byId = wanted.length >= 6 ? runs.filter(({ run }) => run.id.toLowerCase().startsWith(wanted)) : [];
  if (byId.length === 1 && byId[0] !== undefined) return byId[0];
  if (byId.length > 1) {
    throw new FinegaugeError("run.not-found", `${byId.length} runs have an id that begins with ${reference}`, {
      nearest: byId.slice(0, 5).map(({ run }) => run.id),
      hint: "give more of the id",
    });
  }
  const names = new Set(runs.map(({ run }) => `${run.eval}@${run.completion_fn}`));
  throw new FinegaugeError("run.not-found", `there is no run ${reference} in ${out}, which has ${runs.length}`, {
    nearest: nearestNames(reference, names),
    hint: "finegauge list runs",
  });
}

/** A run is called by its concrete name, or by the part before the first dot. */
function isNamed(run: RunLine, name: string): boolean {
  return run.eval === name || run.eval.split(".")[0] === name;
}
