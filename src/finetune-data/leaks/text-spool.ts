import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Texts that are kept on disk, to be read again by number; 8 bytes of memory for each. */
export interface TextSpool {
  /** Its number, from 0. */
  add(text: string): number;
  at(number: number): string;
  readonly size: number;
  close(): void;
}

const writtenAtOnce = 1024 * 1024;

/** A file in the temporary folder that only its owner can read. */
export function textSpool(): TextSpool {
  const folder = mkdtempSync(join(tmpdir(), "finegauge-"));
  const fd = openSync(join(folder, "texts"), "wx+", 0o600);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // An open file outlives its name where the system allows it: then not even a killed command leaves anything behind.
  if (process.platform !== "win32") remove();
  let ends = new Float64Array(1024);
  let size = 0;
  let held: string[] = [];
  let heldBytes = 0;
  let written = 0;
  const flush = () => {
    const bytes = Buffer.from(held.join(""));
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, written + at);
    written += bytes.length;
    held = [];
    heldBytes = 0;
  };
  return {
    add(text) {
      if (size === ends.length) {
        const longer = new Float64Array(size * 2);
        longer.set(ends);
        ends = longer;
      }
      held.push(text);
      heldBytes += Buffer.byteLength(text);
      ends[size] = written + heldBytes;
      if (heldBytes > writtenAtOnce) flush();
      return size++;
    },
    at(number) {
      if (heldBytes > 0) flush();
      const start = number === 0 ? 0 : (ends[number - 1] as number);
      const bytes = Buffer.allocUnsafe((ends[number] as number) - start);
      for (let at = 0; at < bytes.length; ) at += readSync(fd, bytes, at, bytes.length - at, start + at);
      return bytes.toString();
    },
    get size() {
      return size;
    },
    close() {
      closeSync(fd);
      remove();
    },
  };
}
