import { closeSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { logFormats } from "./formats/index.ts";
import type { ImportedLog, LogFormat, LogHead } from "./formats/log-format.ts";
import { readRun, type StoredRun } from "./read-run.ts";
import { openRun } from "./whole-lines.ts";

const headBytes = 64 * 1024;

/**
 * A run, whoever wrote it: our own run file, or a log of another harness, told by what is in it.
 *
 * @throws FinegaugeError `run.not-found`, `run.format-newer`, `run.corrupt` (also for a file of no known kind, with the kinds that are)
 */
export async function openStoredRun(file: string): Promise<StoredRun> {
  const head = headOf(file);
  return isOurs(head) ? readRun(file) : openLog(file);
}

/**
 * Another harness's log with what could not be taken from it; kept while the file stays as it is, since a log is read whole to be opened.
 *
 * @throws FinegaugeError as `openStoredRun`
 */
export async function openLog(file: string): Promise<ImportedLog> {
  const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
  const known = opened.get(file);
  if (known !== undefined && known.size === size && known.mtimeMs === mtimeMs) return known.log;
  const format = formatOf(file);
  if (format === undefined) throw unknownKind(file);
  const log = format.reader().then((reader) => reader.open(file));
  opened.set(file, { size, mtimeMs, log });
  log.catch(() => opened.delete(file));
  return log;
}

const opened = new Map<string, { readonly size: number; readonly mtimeMs: number; readonly log: Promise<ImportedLog> }>();

/** The logs that a file stands for: itself, unless it only lists others. Empty for a file of no known kind. */
export async function logsIn(file: string): Promise<readonly string[]> {
  const format = formatOf(file);
  if (format === undefined) return [];
  const reader = await format.reader();
  return reader.parts?.(file) ?? [file];
}

/** Is it a run file of ours, by how it begins. */
export function isRunFile(file: string): boolean {
  return isOurs(headOf(file));
}

/** @throws FinegaugeError `run.not-found` */
function formatOf(file: string): LogFormat | undefined {
  const head = headOf(file);
  if (isOurs(head)) return undefined;
  return Object.values<LogFormat>(logFormats).find((format) => format.detect(head));
}

function isOurs({ text }: LogHead): boolean {
  return /^\s*\{\s*"type"\s*:\s*"run"/.test(text);
}

function headOf(file: string): LogHead {
  const fd = openRun(file);
  try {
    const bytes = Buffer.alloc(headBytes);
    const read = readSync(fd, bytes, 0, headBytes, 0);
    const head = bytes.subarray(0, read);
    return { name: basename(file), bytes: head, text: head.toString("utf8") };
  } finally {
    closeSync(fd);
  }
}

export function unknownKind(file: string): FinegaugeError {
  const kinds = Object.values(logFormats).map(({ title }) => title);
  return new FinegaugeError("run.corrupt", `${file} is no run file, and no log that is understood`, {
    where: { file },
    hint: `understood are runs of finegauge, and logs of ${kinds.join(", ")}`,
  });
}
