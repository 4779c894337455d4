import { FinegaugeError, messageOf } from "../core/errors.ts";

/** What the file system said when something was to be written, as an error that a user can act on. */
export function diskError(file: string, cause: unknown): FinegaugeError {
  if (cause instanceof FinegaugeError) return cause;
  return new FinegaugeError("run.disk", `could not write ${file}: ${messageOf(cause)}`, {
    where: { file },
    hint: hintFor((cause as NodeJS.ErrnoException | null)?.code),
    cause,
  });
}

function hintFor(code: string | undefined): string {
  if (code === "ENOSPC" || code === "EDQUOT") {
    return "free some space, then run the same command again";
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return "choose a folder that you may write to";
  return "see to the disk, then run the same command again";
}
