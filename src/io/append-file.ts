import { closeSync, fdatasync, openSync, writeSync } from "node:fs";
import type { FinegaugeError } from "../core/errors.ts";
import { diskError } from "./disk-error.ts";

const syncEveryMs = 50;

/** A file that only grows. Whole lines go in; each is handed to the kernel before the turn of the event loop ends. */
export interface Appender {
  /** @param line text ending in a newline */
  append(line: string): void;
  /** Everything appended so far is on the disk when this resolves. */
  sync(): Promise<void>;
  /** Syncs, and lets go of the file; nothing can be appended from now on. A second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Opens a file for appending, creating it if need be.
 *
 * What the kernel has survives the death of this process, so lines are written at the end of the turn that completed them; the
 * disk has them after the next sync, at most 50 ms later.
 *
 * A write that failed is the end of the file: it is never tried again, and whoever appends, syncs or closes next is told.
 *
 * @throws FinegaugeError `run.disk`, here and from all three methods
 */
export function appendTo(file: string): Appender {
  const fd = open(file);
  let pending: string[] = [];
  let scheduled = false;
  let timer: NodeJS.Timeout | undefined;
  let syncing: Promise<void> | undefined;
  let dirty = false;
  let failure: FinegaugeError | undefined;
  let closing: Promise<void> | undefined;

  const write = () => {
    scheduled = false;
    if (pending.length === 0 || failure !== undefined) return;
    const bytes = Buffer.from(pending.length === 1 ? (pending[0] as string) : pending.join(""));
    pending = [];
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    } catch (error) {
      failure = diskError(file, error);
      return;
    }
    dirty = true;
    timer ??= setTimeout(() => {
      timer = undefined;
      void startSync();
    }, syncEveryMs);
  };

  /** One sync at a time; what was written after it began waits for the next. */
  const startSync = (): Promise<void> => {
    if (syncing !== undefined) return syncing;
    if (!dirty) return Promise.resolve();
    dirty = false;
    syncing = new Promise((resolve) => {
      fdatasync(fd, (error) => {
        syncing = undefined;
        if (error !== null) failure ??= diskError(file, error);
        resolve();
      });
    });
    return syncing;
  };

  const sync = async () => {
    write();
    await syncing;
    await startSync();
    if (failure !== undefined) throw failure;
  };

  const close = async () => {
    // What it throws is in `failure`.
    await sync().catch(() => {});
    clearTimeout(timer);
    try {
      closeSync(fd);
    } catch (error) {
      failure ??= diskError(file, error);
    }
    if (failure !== undefined) throw failure;
  };

  return {
    append(line) {
      if (failure !== undefined) throw failure;
      // The number of a closed file soon belongs to another one.
      if (closing !== undefined) throw new Error(`${file} is closed`);
      pending.push(line);
      if (!scheduled) {
        scheduled = true;
        setImmediate(write);
      }
    },
    sync: () => closing ?? sync(),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function open(file: string): number {
  try {
    return openSync(file, "a", 0o644);
  } catch (error) {
    throw diskError(file, error);
  }
}
