import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { diskError } from "./disk-error.ts";

/**
 * Makes a folder with its parents, so that a power loss does not take them away again.
 *
 * @returns the topmost folder that had to be made; undefined = all were there
 * @throws FinegaugeError `run.disk`
 */
export function makeFolder(folder: string): string | undefined {
  const missing: string[] = [];
  try {
    for (let at = resolve(folder); !isFolder(at); at = dirname(at)) missing.unshift(at);
    // One by one: Node's own recursion never ends where a file system says that a folder's parent is not there although it is.
    for (const path of missing) makeOne(path);
  } catch (error) {
    throw diskError(folder, error);
  }
  for (const path of missing.toReversed()) syncFolder(dirname(path));
  return missing[0];
}

/** @throws the system's error for a file in its place, or a root that is not there */
function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined && dirname(path) !== path) return false;
  if (found?.isDirectory()) return true;
  throw Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`), { code: "ENOTDIR", syscall: "mkdir", path });
}

/** Another process may make the same at the same moment. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
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
