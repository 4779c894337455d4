import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { diskError } from "./disk-error.ts";
import { makeFolder, syncFolder } from "./folder.ts";

/** A file that gets its name when it is whole. */
export interface StagedFile {
  /** @throws FinegaugeError `run.disk` */
  write(text: string): void;
  /** Syncs it and gives it its name. @throws FinegaugeError `run.disk` */
  commit(): void;
  /** Takes it away, unless it has its name; harmless when called twice. */
  abandon(): void;
}

/** Characters that are held before they are written. */
const held = 2 ** 16;

/**
 * Begins a file beside the place where it will stand. Unlike `replaceFile` it is given its pieces, so that one pass can fill several.
 *
 * @param force replace a file that is there
 * @throws FinegaugeError `run.disk`, `cli.usage` for a file that is there
 */
export function stageFile(file: string, { force = false }: { force?: boolean } = {}): StagedFile {
  refuseExisting(file, force);
  makeFolder(dirname(file));
  const disk = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw diskError(file, error);
    }
  };
  const old = disk(() => statSync(file, { throwIfNoEntry: false }));
  const isPlain = old === undefined || old.isFile();
  // A link stays one; what is no file (`/dev/stderr`, a pipe) is written to as it is.
  const target = old === undefined ? file : disk(() => realpathSync(file));
  const temporary = isPlain ? `${target}.${randomBytes(6).toString("hex")}.tmp` : target;
  const fd = disk(() => openSync(temporary, isPlain ? "wx" : "w", (old?.mode ?? 0o644) & 0o777));
  let pieces = "";
  let open = true;
  const flush = () => {
    const bytes = Buffer.from(pieces);
    pieces = "";
    for (let at = 0; at < bytes.length; ) at += disk(() => writeSync(fd, bytes, at));
  };
  return {
    write(text) {
      pieces += text;
      if (pieces.length >= held) flush();
    },
    commit() {
      flush();
      if (isPlain) disk(() => fsyncSync(fd));
      closeSync(fd);
      open = false;
      if (!isPlain) return;
      try {
        // Somebody else may have made it while this was written.
        refuseExisting(file, force);
        disk(() => renameSync(temporary, target));
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
      syncFolder(dirname(target));
    },
    abandon() {
      if (!open) return;
      open = false;
      closeSync(fd);
      if (isPlain) rmSync(temporary, { force: true });
    },
  };
}

function refuseExisting(file: string, force: boolean): void {
  if (force || !statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  throw new FinegaugeError("cli.usage", `${file} is there already`, { hint: "another name, or --force to replace it" });
}
