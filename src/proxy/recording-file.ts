import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { FinegaugeError } from "../core/errors.ts";
import { diskError } from "../io/disk-error.ts";
import { lockFile } from "../io/file-lock.ts";
import { makeFolder, syncFolder } from "../io/folder.ts";
import { readSpan, scanLines } from "../io/scan-lines.ts";

/**
 * A JSONL file of conversations, each with its last state on one line, at every moment.
 *
 * A conversation that goes on is appended anew, and synced; then its old line is overwritten with spaces, line end included, so that they
 * become white space before the next line's JSON. No step leaves a file that does not parse or lacks a conversation: a process that is
 * killed between the two leaves one conversation in two states, of which the next start drops the earlier. The spaces go when the file is
 * closed, and when they are half of it.
 */
export interface RecordingFile {
  /**
   * Puts a conversation's line in the place of its last one. The kernel has it when this returns.
   *
   * @param line JSON without a line end
   * @throws FinegaugeError `run.disk`
   */
  put(id: string, line: string): void;
  /** The line of a conversation that was put and not forgotten. */
  read(id: string): string | undefined;
  /** The conversation does not go on: its line stays as it is. */
  forget(id: string): void;
  /** Syncs, takes the spaces out, and gives the file back. */
  close(): Promise<void>;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const syncEveryMs = 50;
/** Spaces that are not worth writing a file again. */
const smallWaste = 4 * 2 ** 20;
const newline = 0x0a;
const space = 0x20;

/** @throws FinegaugeError `run.disk`, `run.locked` */
export function openRecordingFile(file: string): RecordingFile {
  makeFolder(dirname(file));
  const wasLeft = existsSync(`${file}.lock`);
  const unlock = lockFile(file);
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw diskError(file, error);
    }
  };
  const open = () => attempt(() => openSync(file, existsSync(file) ? "r+" : "wx+", 0o600));
  const spans = new Map<string, Span>();
  /** Lines that have a successor in the kernel, though perhaps not yet on the disk. */
  let superseded: Span[] = [];
  let wasted = 0;
  /** What the disk said once holds for all that follows. */
  let failure: FinegaugeError | undefined;
  let dirty = false;
  let timer: NodeJS.Timeout | undefined;
  let syncing: Promise<void> | undefined;
  let fd: number;
  let size: number;
  try {
    fd = open();
    size = attempt(() => mend(fd));
    if (wasLeft) {
      const stale = attempt(() => staleLines(file));
      if (stale.blank || stale.lines.size > 0) compact(({ number }) => stale.lines.has(number));
    }
  } catch (error) {
    unlock();
    throw error;
  }

  function put(id: string, line: string): void {
    if (failure !== undefined) throw failure;
    const bytes = Buffer.from(`${line}\n`);
    const start = size;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, start + at);
    } catch (error) {
      failure = diskError(file, error);
      try {
        // Half a line would make one with the next.
        ftruncateSync(fd, start);
      } catch {
        // Then the next start cuts it off.
      }
      throw failure;
    }
    size = start + bytes.length;
    const old = spans.get(id);
    spans.set(id, { start, end: size });
    dirty = true;
    if (old !== undefined) {
      superseded.push(old);
      void sync();
    } else {
      timer ??= setTimeout(() => void sync(), syncEveryMs);
    }
  }

  /** One at a time; what was written after it began waits for the next. */
  function sync(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (syncing !== undefined) return syncing;
    if (!dirty) return Promise.resolve();
    dirty = false;
    const covered = superseded;
    superseded = [];
    syncing = new Promise((resolve) => {
      fdatasync(fd, (error) => {
        syncing = undefined;
        if (error !== null) failure ??= diskError(file, error);
        // Without a successor on the disk an old line stays.
        else for (const old of covered) blank(old);
        if (failure === undefined && wasted > smallWaste && wasted > size / 2) compactIfOurs();
        resolve(dirty && failure === undefined ? sync() : undefined);
      });
    });
    return syncing;
  }

  function blank({ start, end }: Span): void {
    // Somebody may have changed the file under us: what is no line of its own is not ours to take.
    if (end >= size || !isLine(fd, start, end)) return;
    try {
      writeSync(fd, Buffer.alloc(end - start, space), 0, end - start, start);
      wasted += end - start;
    } catch {
      // The line stands there twice, which the next start mends.
    }
  }

  /** Unless somebody has put another file in its place, or taken it away. */
  function compactIfOurs(): void {
    try {
      if (statSync(file).ino === fstatSync(fd).ino) compact();
    } catch {
      // With its spaces the file says the same.
    }
  }

  /** Writes the file anew without its spaces. Nothing is put meanwhile: it is done in one go. */
  function compact(isDropped: (line: { readonly number: number }) => boolean = () => false): void {
    const temporary = `${file}.tmp`;
    const gone = new Set(superseded.map(({ start }) => start));
    const moved = new Map([...spans].map(([id, { start }]) => [start, id]));
    rmSync(temporary, { force: true });
    const draft = attempt(() => openSync(temporary, "wx+", fstatSync(fd).mode & 0o777));
    try {
      let at = 0;
      for (const line of scanLines(file)) {
        const start = line.start + spacesBefore(line.text);
        if (start >= line.end - 1 || gone.has(start) || isDropped(line)) continue;
        const bytes = readBytes(fd, start, line.end);
        const id = moved.get(start);
        if (id !== undefined) spans.set(id, { start: at, end: at + bytes.length });
        for (let done = 0; done < bytes.length; ) done += writeSync(draft, bytes, done);
        at += bytes.length;
      }
      fsyncSync(draft);
      renameSync(temporary, file);
      size = at;
    } catch (error) {
      closeSync(draft);
      rmSync(temporary, { force: true });
      throw diskError(file, error);
    }
    syncFolder(dirname(file));
    closeSync(fd);
    fd = draft;
    wasted = 0;
    superseded = [];
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    try {
      await sync();
      if (wasted > 0) compactIfOurs();
      if (failure !== undefined) throw failure;
    } finally {
      closeSync(fd);
      unlock();
    }
  }

  return {
    put,
    read(id) {
      const span = spans.get(id);
      return span === undefined ? undefined : attempt(() => readSpan(fd, span.start, span.end - 1));
    },
    forget: (id) => void spans.delete(id),
    close: () => (closing ??= close()),
  };
}

/** Ends the last line, or takes it away where it was cut. @returns the size */
function mend(fd: number): number {
  const { size } = fstatSync(fd);
  if (size === 0 || byteAt(fd, size - 1) === newline) return size;
  const start = lineStart(fd, size);
  if (isJson(readSpan(fd, start, size))) {
    writeSync(fd, "\n", size);
    return size + 1;
  }
  ftruncateSync(fd, start);
  return start;
}

/**
 * Lines that a killed process left behind: earlier states of a conversation that stands further down too, and what is left of one that
 * was just being overwritten.
 */
function staleLines(file: string): { readonly lines: ReadonlySet<number>; readonly blank: boolean } {
  const last = new Map<string, number>();
  const lines = new Set<number>();
  let blank = false;
  for (const { text, number } of scanLines(file)) {
    const begun = text.startsWith(" ");
    blank ||= begun || text === "";
    let id: unknown;
    try {
      id = (JSON.parse(text) as { metadata?: { conversation?: unknown } } | null)?.metadata?.conversation;
    } catch {
      if (begun) lines.add(number);
    }
    if (typeof id !== "string") continue;
    const earlier = last.get(id);
    if (earlier !== undefined) lines.add(earlier);
    last.set(id, number);
  }
  return { lines, blank };
}

function isLine(fd: number, start: number, end: number): boolean {
  const startsLine = start === 0 || byteAt(fd, start - 1) === newline || byteAt(fd, start - 1) === space;
  return startsLine && byteAt(fd, start) === 0x7b && byteAt(fd, end - 1) === newline;
}

/** Of the line that ends here. */
function lineStart(fd: number, end: number): number {
  const piece = 2 ** 16;
  for (let to = end; to > 0; to -= piece) {
    const from = Math.max(0, to - piece);
    const found = readBytes(fd, from, to).lastIndexOf(newline);
    if (found >= 0) return from + found + 1;
  }
  return 0;
}

function spacesBefore(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) === space) at++;
  return at;
}

function readBytes(fd: number, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(fd, bytes, filled, bytes.length - filled, start + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

function byteAt(fd: number, position: number): number {
  const byte = Buffer.alloc(1);
  return readSync(fd, byte, 0, 1, position) === 1 ? (byte[0] as number) : -1;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
