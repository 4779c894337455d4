import { fstatSync } from "node:fs";
import { readSpan } from "../io/scan-lines.ts";

/** Most first lines are shorter. */
const headBytes = 8 * 1024;

/** The first line of an open file, however long; no more than a head is read where that is enough. */
export function firstLineOf(fd: number, size = fstatSync(fd).size): string {
  for (let bytes = headBytes; ; bytes *= 4) {
    const text = readSpan(fd, 0, Math.min(bytes, size));
    const stop = text.indexOf("\n");
    if (stop >= 0) return text.slice(0, stop);
    if (bytes >= size) return text;
  }
}
