import { existsSync } from "node:fs";
import { FinegaugeError } from "../../core/errors.ts";
import { checkTarget } from "../check-target.ts";

/**
 * Says before anything is paid for that the results could not be written.
 *
 * @throws FinegaugeError `cli.usage` for a file that is there, `run.disk`
 */
export function refuseTaken(files: readonly string[], { force = false }: { readonly force?: boolean | undefined }): void {
  for (const file of files) {
    checkTarget(file);
    if (force || file === "-" || !existsSync(file)) continue;
    throw new FinegaugeError("cli.usage", `${file} is there already`, { hint: "another name, or --force to replace it" });
  }
}
