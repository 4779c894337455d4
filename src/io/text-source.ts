import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { plainFile } from "./compressed-file.ts";
import { type ScannedLine, scanBytes } from "./scan-lines.ts";

/** Text that is read once, from front to back: a file, or standard input. */
export interface TextSource {
  /** As messages show it: the path as it was given, or `standard input`. */
  readonly name: string;
  /** Its beginning as text, up to so many bytes; what is read later begins there all the same. */
  head(bytes: number): string;
  /**
   * Its lines, without a byte-order mark, holding no more than one.
   *
   * @throws FinegaugeError `data.invalid` at a line that is no UTF-8 or is longer than `longestLine`
   */
  lines(): Generator<ScannedLine, void, void>;
  /**
   * All of it. UTF-16 with a byte-order mark is read too: spreadsheets save it.
   *
   * @throws FinegaugeError `data.invalid` when it is no text, or longer than `longestText`
   */
  text(): string;
  /** Harmless when called twice. */
  close(): void;
}

/** Bytes. A line has to stand in memory, a few times over once it is parsed. */
const longestLine = 64 * 2 ** 20;
/** Bytes. What is no list of lines is held whole, and V8's texts end at half a gigabyte. */
const longestText = 400 * 2 ** 20;

const standardInput = "-";

/**
 * Opens a file, which may be a `.gz` or `.zst`, or `-` for standard input.
 *
 * @throws FinegaugeError `data.missing`, `data.invalid`
 */
export async function openText(path: string): Promise<TextSource> {
  if (path === standardInput) return textSource("standard input", 0, () => {});
  let plain: Awaited<ReturnType<typeof plainFile>>;
  try {
    plain = await plainFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    const fd = openSync(plain.file, "r");
    if (fstatSync(fd).isDirectory()) {
      closeSync(fd);
      throw new FinegaugeError("data.invalid", `${path} is a folder`, { hint: "name a file in it" });
    }
    return textSource(path, fd, () => {
      closeSync(fd);
      plain.release();
    });
  } catch (cause) {
    plain.release();
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): unknown {
  if (cause instanceof FinegaugeError) return cause;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return new FinegaugeError("data.missing", `there is no file ${path}`, { cause });
  if (code === "EISDIR") return new FinegaugeError("data.invalid", `${path} is a folder`, { hint: "name a file in it", cause });
  return new FinegaugeError("data.invalid", `cannot read ${path}: ${messageOf(cause)}`, { where: { file: path }, cause });
}

function textSource(name: string, fd: number, release: () => void): TextSource {
  let ahead: Buffer = Buffer.alloc(0);
  let open = true;

  const read = (bytes: Buffer, at: number, length: number) => {
    if (ahead.length === 0) return readWaiting(name, fd, bytes, at, length);
    const given = ahead.copy(bytes, at, 0, length);
    ahead = ahead.subarray(given);
    return given;
  };

  const peek = (wanted: number) => {
    const bytes = Buffer.alloc(wanted);
    let filled = ahead.copy(bytes);
    while (filled < wanted) {
      const got = readWaiting(name, fd, bytes, filled, wanted - filled);
      if (got === 0) break;
      filled += got;
    }
    const held = bytes.subarray(0, filled);
    if (filled > ahead.length) ahead = held;
    return held;
  };

  return {
    name,
    head(wanted) {
      const bytes = peek(wanted);
      return decoder(bytes).decode(bytes, { stream: true });
    },
    *lines() {
      for (const line of scanBytes(read, longestLine)) {
        const { number, damaged, start, end } = line;
        const where = { file: name, line: number };
        if (end - start > longestLine) {
          throw new FinegaugeError("data.invalid", `a line is longer than ${longestLine / 2 ** 20} MiB`, {
            where,
            hint: "one example a line: is this JSON Lines?",
          });
        }
        if (damaged)
          throw new FinegaugeError("data.invalid", "the line is not UTF-8 text", { where, hint: "save the file as UTF-8" });
        yield number === 1 && line.text.startsWith("\ufeff") ? { ...line, text: line.text.slice(1) } : line;
      }
    },
    text() {
      const pieces: Buffer[] = [];
      for (let filled = 0; ; ) {
        const piece = Buffer.allocUnsafe(2 ** 20);
        const got = read(piece, 0, piece.length);
        if (got === 0) break;
        filled += got;
        if (filled > longestText) {
          throw new FinegaugeError("data.invalid", `${name} is longer than ${longestText / 2 ** 20} MiB`, {
            hint: "JSON Lines are read line by line, at any length",
          });
        }
        pieces.push(piece.subarray(0, got));
      }
      const bytes = Buffer.concat(pieces);
      try {
        return decoder(bytes, true).decode(bytes);
      } catch (cause) {
        const line = lineOfDamage(bytes);
        throw new FinegaugeError("data.invalid", "the file is not UTF-8 text", {
          where: { file: name, ...(line !== undefined && { line }) },
          hint: "save it as UTF-8",
          cause,
        });
      }
    },
    close() {
      if (open) release();
      open = false;
    },
  };
}

/** By its byte-order mark, else UTF-8. */
function decoder(bytes: Uint8Array, fatal = false) {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding, { fatal });
}

function lineOfDamage(bytes: Buffer): number | undefined {
  let line = 1;
  for (let at = 0; at < bytes.length; line++) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(at, end))) return line;
    at = end + 1;
  }
  return undefined;
}

/** A terminal, and a pipe that another program made non-blocking, may have nothing yet: that is not the end. */
function readWaiting(name: string, fd: number, bytes: Buffer, at: number, length: number): number {
  for (;;) {
    try {
      return readSync(fd, bytes, at, length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw unreadable(name, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
