import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { diskError } from "../io/disk-error.ts";

/**
 * Says before the work is done that its result could not be written there: it names a folder, or stands where nobody may write. Makes
 * nothing.
 *
 * @param target a file, or `-`
 * @throws FinegaugeError `run.disk`
 */
export function checkTarget(target: string): void {
  if (target === "-") return;
  try {
    const entry = statSync(target, { throwIfNoEntry: false });
    if (entry?.isDirectory()) throw new Error("it is a folder");
    // What is no file is written to as it is; a file is replaced, for which its folder counts.
    if (entry !== undefined && !entry.isFile()) {
      accessSync(target, constants.W_OK);
      return;
    }
    let folder = dirname(target);
    while (statSync(folder, { throwIfNoEntry: false }) === undefined && dirname(folder) !== folder) folder = dirname(folder);
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw diskError(target, error);
  }
}
