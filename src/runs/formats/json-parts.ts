import { closeSync, readSync } from "node:fs";
import { readSpan } from "../../io/scan-lines.ts";
import { openRun } from "../whole-lines.ts";

/** A value in a JSON document: a member of its outermost object, or an element of a list that is walked into. */
export interface JsonPart {
  /** "" for an element of a document that is a list. */
  readonly key: string;
  /** Of the value, in bytes. */
  readonly start: number;
  readonly end: number;
  readonly element: boolean;
}

const chunkBytes = 256 * 1024;
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Where the parts of a JSON document stand, without parsing or holding it: a log of many samples is one document, longer than any text
 * may be.
 *
 * @param lists keys of members whose elements are given one by one; a document that is itself a list always is
 * @returns whether the document is whole
 */
export function* jsonParts(file: string, lists: ReadonlySet<string>): Generator<JsonPart, boolean, void> {
  const fd = openRun(file);
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let depth = 0;
    let inText = false;
    let escaped = false;
    let rootList = false;
    let inside = false;
    let awaitsKey = false;
    let key = "";
    let keyStart = -1;
    let start = -1;
    for (let base = 0; ; ) {
      const read = readSync(fd, chunk, 0, chunkBytes, base);
      if (read === 0) break;
      for (let i = 0; i < read; i++) {
        const byte = chunk[i] as number;
        if (inText) {
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) {
            inText = false;
            if (keyStart >= 0) {
              key = keyText(readSpan(fd, keyStart, base + i + 1));
              keyStart = -1;
            }
          }
          continue;
        }
        if (byte <= 0x20) continue;
        const at = base + i;
        const level = rootList || !inside ? 1 : 2;
        if (byte === comma || byte === closeObject || byte === closeList) {
          if (depth === level && start >= 0) {
            yield { key, start, end: at, element: rootList || inside };
            start = -1;
          }
          if (byte === comma) {
            if (depth === 1 && !rootList) awaitsKey = true;
            continue;
          }
          depth--;
          if (depth === 1 && inside) inside = false;
          continue;
        }
        if (byte === colon) {
          if (depth === 1 && !rootList) awaitsKey = false;
          continue;
        }
        if (depth === 1 && awaitsKey && byte === quote) keyStart = at;
        else if (depth === level && start < 0) start = at;
        if (byte === quote) inText = true;
        else if (byte === openObject || byte === openList) {
          depth++;
          if (depth === 1) {
            rootList = byte === openList;
            awaitsKey = !rootList;
          } else if (depth === 2 && byte === openList && !rootList && lists.has(key)) {
            inside = true;
            start = -1;
          }
        }
      }
      base += read;
    }
    return depth === 0 && !inText;
  } finally {
    closeSync(fd);
  }
}

function keyText(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text;
  }
}
