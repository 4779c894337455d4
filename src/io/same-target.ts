import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/**
 * Would two paths be one file once written: by any spelling, also through links, and of files that are not there yet. What is no file
 * (`/dev/null`, a pipe) is never the same, since nothing in it is replaced.
 */
export function isSameTarget(one: string, other: string): boolean {
  const entry = statSync(one, { throwIfNoEntry: false });
  if (entry !== undefined && !entry.isFile()) return false;
  return realTarget(one) === realTarget(other);
}

/** The place that is written to: links are followed as far as there is something. */
export function realTarget(path: string): string {
  const whole = resolve(path);
  if (statSync(whole, { throwIfNoEntry: false }) !== undefined) return realpathSync(whole);
  const folder = dirname(whole);
  return folder === whole ? whole : join(realTarget(folder), basename(whole));
}
