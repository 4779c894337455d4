import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { diskError } from "./disk-error.ts";

/**
 * Makes a folder with its parents, so that a power loss does not take them away again.
 *
 * @returns the topmost folder that had to be made; undefined = all were there
 * @throws FinegaugeError `run.disk`
 */
export function makeFolder(folder: string): string | undefined {
  let first: string | undefined;
  try {
    first = mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw diskError(folder, error);
  }
  if (first === undefined) return undefined;
  const top = resolve(first);
  for (let made = resolve(folder); made.length >= top.length; made = dirname(made)) syncFolder(dirname(made));
  return top;
}

/** Makes a new name in a folder survive a power loss; not every file system can. */
export function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows and some network file systems refuse to open or sync a folder; the new name stands there already.
  }
}
