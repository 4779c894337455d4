import { readSync } from "node:fs";
import { encodingOf } from "./scan-lines.ts";

const blockBytes = 256 * 1024;
/** A file up to here is held whole: most sample files are, and a read for each sample costs up to 7 µs where system calls are slow. */
const wholeBytes = 32 * 1024 * 1024;

/** An open file and how long it is. */
export interface OpenFile {
  readonly fd: number;
  readonly size: number;
}

/**
 * Reads spans of files as UTF-8 text. A span that follows the one before it comes out of a block; a single file of up to 32 MB is
 * read once; any other span costs one read of its own length.
 */
export function spanReader(files: readonly OpenFile[]): (file: number, start: number, end: number) => string {
  let block: Buffer = Buffer.alloc(0);
  let blockFile = -1;
  let blockStart = 0;
  let blockEnd = 0;
  let lastEnd = 0;
  let encoding: "latin1" | "utf8" = "utf8";

  const load = (file: number, start: number, bytes: number): void => {
    const { fd, size } = files[file] as OpenFile;
    const wanted = Math.min(bytes, size - start);
    if (block.length < wanted) block = Buffer.allocUnsafeSlow(Math.max(wanted, Math.min(size, blockBytes)));
    blockFile = file;
    blockStart = start;
    blockEnd = start;
    while (blockEnd < start + wanted) {
      const read = readSync(fd, block, blockEnd - start, start + wanted - blockEnd, blockEnd);
      if (read === 0) break;
      blockEnd += read;
    }
    encoding = encodingOf(block.subarray(0, blockEnd - start));
  };

  return (file, start, end) => {
    if (file !== blockFile || start < blockStart || end > blockEnd) {
      const { size } = files[file] as OpenFile;
      if (files.length === 1 && size <= wholeBytes) load(file, 0, size);
      else load(file, start, start === lastEnd ? Math.max(blockBytes, end - start) : end - start);
    }
    lastEnd = end;
    return block.toString(encoding, start - blockStart, Math.min(end, blockEnd) - blockStart);
  };
}
