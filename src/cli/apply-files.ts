import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { diskError } from "../io/disk-error.ts";
import { makeFolder, syncFolder } from "../io/folder.ts";
import { replaceFile } from "../io/replace-file.ts";

/** A file that a command wants to write. */
export interface PlannedFile {
  /** As messages show it. */
  readonly path: string;
  readonly text: string;
  /** `keep`: it is there, and stays as it is. `append`: its text is the whole one, old and new. */
  readonly action: "create" | "replace" | "append" | "keep";
}

/**
 * Writes all of the files or none: each is whole on the disk under another name before the first gets its own.
 *
 * @throws FinegaugeError `run.disk`
 */
export async function applyFiles(files: readonly PlannedFile[], cwd = process.cwd()): Promise<void> {
  const made: string[] = [];
  const staged: { readonly from: string; readonly to: string; readonly old: Buffer | undefined }[] = [];
  const done: typeof staged = [];
  try {
    for (const { path, text, action } of files) {
      if (action === "keep") continue;
      const named = resolve(cwd, path);
      const exists = existsSync(named);
      // A link stays one.
      const to = exists ? realpathSync(named) : named;
      const first = makeFolder(dirname(to));
      if (first !== undefined) made.push(...foldersBetween(first, dirname(to)));
      const from = `${to}.${randomBytes(6).toString("hex")}.tmp`;
      staged.push({ from, to, old: exists ? readFileSync(to) : undefined });
      await replaceFile(from, [text]);
    }
    for (const one of staged) {
      try {
        renameSync(one.from, one.to);
      } catch (error) {
        throw diskError(one.to, error);
      }
      done.push(one);
    }
    for (const folder of new Set(staged.map(({ to }) => dirname(to)))) syncFolder(folder);
  } catch (error) {
    for (const { from } of staged) rmSync(from, { force: true });
    for (const { to, old } of done) {
      if (old === undefined) rmSync(to, { force: true });
      else await replaceFile(to, [old]);
    }
    for (const folder of made.reverse()) removeEmpty(folder);
    throw error;
  }
}

/** From the topmost to the innermost. */
function foldersBetween(top: string, innermost: string): string[] {
  const folders = [resolve(innermost)];
  while (folders[0] !== resolve(top)) folders.unshift(dirname(folders[0] as string));
  return folders;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else has put something there since.
  }
}
