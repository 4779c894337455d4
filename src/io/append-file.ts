import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { FinegaugeError, messageOf } from "../core/errors.ts";

const syncEveryMs = 50;

/** A file that only grows. Whole lines go in; each is handed to the kernel before the turn of the event loop ends. */
export interface Appender {
  /** @param line text ending in a newline */
  append(line: string): void;
  /** Everything appended so far is on the disk when this resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file for appending, creating it if need be.
 *
 * What the kernel has survives the death of this process, so lines are written at the end of the turn that completed them; the
 * disk has them after the next sync, at most 50 ms later.
 *
 * @throws FinegaugeError `run.disk` from `append` when a write failed
 */
export function appendTo(file: string): Appender {
  const fd = openSync(file, "a", 0o644);
  let pending: string[] = [];
  let scheduled = false;
  let timer: NodeJS.Timeout | undefined;
  let syncing: Promise<void> | undefined;
  let dirty = false;
  let failure: FinegaugeError | undefined;

  const fail = (error: unknown) => {
    failure ??= new FinegaugeError("run.disk", `could not write ${file}: ${messageOf(error)}`, {
      where: { file },
      hint: "free some space, then run the same command again: it continues where this stopped",
      cause: error,
    });
  };

  const write = () => {
    scheduled = false;
    if (pending.length === 0 || failure !== undefined) return;
    const bytes = Buffer.from(pending.length === 1 ? (pending[0] as string) : pending.join(""));
    pending = [];
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    } catch (error) {
      fail(error);
      return;
    }
    dirty = true;
    timer ??= setTimeout(() => {
      timer = undefined;
      void syncSoon();
    }, syncEveryMs);
  };

  const syncSoon = (): Promise<void> => {
    if (syncing !== undefined) return syncing;
    if (!dirty) return Promise.resolve();
    dirty = false;
    syncing = new Promise((resolve) => {
      fdatasync(fd, (error) => {
        syncing = undefined;
        if (error !== null) fail(error);
        resolve();
      });
    });
    return syncing;
  };

  const sync = async () => {
    write();
    await syncing;
    await syncSoon();
    if (failure !== undefined) throw failure;
  };

  return {
    append(line) {
      if (failure !== undefined) throw failure;
      pending.push(line);
      if (!scheduled) {
        scheduled = true;
        setImmediate(write);
      }
    },
    sync,
    async close() {
      clearTimeout(timer);
      try {
        await sync();
      } finally {
        await syncing;
        if (dirty && failure === undefined) fdatasyncSync(fd);
        closeSync(fd);
      }
    },
  };
}
