import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { diskError } from "./disk-error.ts";
import { makeFolder, syncFolder } from "./folder.ts";

type Chunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/**
 * Writes a whole file, or nothing: a temporary file in the same folder, synced, then renamed over the old one, whose permissions it
 * keeps. A link stays a link, and the file behind it is replaced. What is no file (`/dev/stdout`, a pipe) is written to as it is.
 *
 * @param chunks the contents, piece by piece; what they throw is thrown on, and the old file stays
 * @throws FinegaugeError `run.disk`
 */
export async function replaceFile(file: string, chunks: Chunks): Promise<void> {
  makeFolder(dirname(file));
  const disk = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw diskError(file, error);
    }
  };
  const old = disk(() => statSync(file, { throwIfNoEntry: false }));
  const target = old === undefined ? file : disk(() => realpathSync(file));
  if (old !== undefined && !old.isFile() && !old.isDirectory())
    return writeTo(
      disk(() => openSync(target, "w")),
      chunks,
      disk,
    );

  // Two who write the same file each write their own; the later one stays.
  const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  const fd = disk(() => openSync(temporary, "wx", (old?.mode ?? 0o644) & 0o777));
  try {
    await writeTo(fd, chunks, disk, () => fsyncSync(fd));
    disk(() => renameSync(temporary, target));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(target));
}

type Disk = <T>(act: () => T) => T;

/** Writes everything and closes, whatever happens. */
async function writeTo(fd: number, chunks: Chunks, disk: Disk, whole: () => void = () => {}): Promise<void> {
  try {
    for await (const chunk of chunks) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      for (let at = 0; at < bytes.length; ) at += disk(() => writeSync(fd, bytes, at));
    }
    disk(whole);
  } finally {
    closeSync(fd);
  }
}
