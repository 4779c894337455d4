import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { diskError } from "../io/disk-error.ts";
import { makeFolder } from "../io/folder.ts";

/**
 * A new page's place: `<out>/<20261120T101500Z>-<kind>.html`, with `-2` and so on where that second has one. The file is made, empty, so
 * that no other command takes the same name.
 *
 * @throws FinegaugeError `run.disk`
 */
export function pagePath(out: string, kind: "diff" | "gate" | "leaderboard" | "side-by-side", now = new Date()): string {
  const time = now.toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
  makeFolder(out);
  for (let nth = 1; ; nth++) {
    const path = join(out, `${time}-${kind}${nth === 1 ? "" : `-${nth}`}.html`);
    try {
      closeSync(openSync(path, "wx"));
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw diskError(path, error);
    }
  }
}
