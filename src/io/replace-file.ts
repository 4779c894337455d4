import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { diskError } from "./disk-error.ts";
import { makeFolder, syncFolder } from "./folder.ts";

type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Writes a whole file, or nothing: a temporary file in the same folder, synced, then renamed over the old one, whose permissions it
 * keeps.
 *
 * @param chunks the contents, piece by piece; what they throw is thrown on, and the old file stays
 * @throws FinegaugeError `run.disk`
 */
export async function replaceFile(file: string, chunks: Chunks): Promise<void> {
  makeFolder(dirname(file));
  // Two who write the same file each write their own; the later one stays.
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  const disk = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw diskError(file, error);
    }
  };
  const mode = disk(() => statSync(file, { throwIfNoEntry: false })?.mode) ?? 0o644;
  const fd = disk(() => openSync(temporary, "wx", mode & 0o777));
  try {
    try {
      for await (const chunk of chunks) {
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
        for (let at = 0; at < bytes.length; ) at += disk(() => writeSync(fd, bytes, at));
      }
      disk(() => fsyncSync(fd));
    } finally {
      closeSync(fd);
    }
    disk(() => renameSync(temporary, file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}
