import { openSync } from "node:fs";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { type ScannedLine, scanLines } from "../io/scan-lines.ts";

/**
 * The lines of a run file that were written to their end; what a killed run left half-written is passed over.
 *
 * @throws FinegaugeError `run.not-found`
 */
export function* wholeLines(file: string): Generator<ScannedLine, void, void> {
  for (const line of allLines(file)) if (line.text !== "" && isWhole(line)) yield line;
}

/** Every line, also empty ones and one that was cut short. */
export function* allLines(file: string): Generator<ScannedLine, void, void> {
  try {
    yield* scanLines(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** @throws FinegaugeError `run.not-found` */
export function openRun(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** What the file system said when a run file was to be read. */
function unreadable(file: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined || cause instanceof FinegaugeError) return cause;
  const message = code === "ENOENT" ? `there is no run file ${file}` : `could not read ${file}: ${messageOf(cause)}`;
  return new FinegaugeError("run.not-found", message, { where: { file }, hint: "finegauge list runs", cause });
}

/** A last line that lost no more than its newline is whole: no beginning of a JSON object is JSON itself. */
export function isWhole({ text, torn }: ScannedLine): boolean {
  if (!torn) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
