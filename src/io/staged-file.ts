import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { diskError } from "./disk-error.ts";
import { makeFolder, syncFolder } from "./folder.ts";
import { realTarget } from "./same-target.ts";

/** A file that gets its name when it is whole. */
export interface StagedFile {
  /** @throws FinegaugeError `run.disk` */
  write(text: string): void;
  /** Syncs it; where it is one of several, before the first of them gets its name. @throws FinegaugeError `run.disk`, `cli.usage` */
  settle(): void;
  /** Settles it and gives it its name. @throws FinegaugeError `run.disk`, `cli.usage` */
  commit(): void;
  /** Takes it away, unless it has its name; harmless when called twice. */
  abandon(): void;
}

/** Characters that are held before they are written. */
const held = 2 ** 16;

/** Those that have no name yet: by the name that they will have, how to take them away. */
const unnamed = new Map<string, () => void>();
process.on("exit", () => {
  for (const abandon of unnamed.values()) abandon();
});

/**
 * Begins a file beside the place where it will stand. Unlike `replaceFile` it is given its pieces, so that one pass can fill several.
 *
 * @param force replace a file that is there
 * @throws FinegaugeError `run.disk`, `cli.usage` for a file that is there, and for one that is staged already
 */
export function stageFile(file: string, { force = false }: { force?: boolean } = {}): StagedFile {
  refuseExisting(file, force);
  const place = realTarget(file);
  if (unnamed.has(place)) {
    throw new FinegaugeError("cli.usage", `${file} would be written twice, as two different things`, {
      hint: "another name for one of them",
    });
  }
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
  let state: "open" | "settled" | "done" = "open";
  const flush = () => {
    const bytes = Buffer.from(pieces);
    pieces = "";
    for (let at = 0; at < bytes.length; ) at += disk(() => writeSync(fd, bytes, at));
  };
  const settle = () => {
    if (state !== "open") return;
    flush();
    if (isPlain) disk(() => fsyncSync(fd));
    // Somebody else may have made it while this was written.
    if (isPlain) refuseExisting(file, force);
    closeSync(fd);
    state = "settled";
  };
  const abandon = () => {
    unnamed.delete(place);
    if (state === "open") closeSync(fd);
    if (state !== "done" && isPlain) rmSync(temporary, { force: true });
    state = "done";
  };
  if (isPlain) unnamed.set(place, abandon);
  return {
    write(text) {
      pieces += text;
      if (pieces.length >= held) flush();
    },
    settle,
    commit() {
      try {
        settle();
        if (isPlain) disk(() => renameSync(temporary, target));
      } catch (error) {
        abandon();
        throw error;
      }
      unnamed.delete(place);
      state = "done";
      if (isPlain) syncFolder(dirname(target));
    },
    abandon,
  };
}

function refuseExisting(file: string, force: boolean): void {
  if (force || !statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  throw new FinegaugeError("cli.usage", `${file} is there already`, { hint: "another name, or --force to replace it" });
}
