import { type Bag, isBag, type Json } from "../core/json.ts";

/** Deeper than any data that people train on, and shallow enough to be written again without running out of stack. */
const deepest = 200;

/**
 * A line of JSON Lines.
 *
 * Of an object with the same key twice `JSON.parse` silently keeps the last: that, too, is a fault, since other readers keep the first. So
 * is a number that it would silently make another one.
 */
export function parseJsonRow(text: string): { readonly values: Bag } | { readonly fault: string } {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { fault: "is no JSON" };
  }
  if (!isBag(value)) return { fault: "is no JSON object" };
  const keys = countKeys(value, 0);
  if (keys < 0) return { fault: `is nested deeper than ${deepest} levels` };
  // Texts hold colons behind quotes as well, so that more of them than keys is only a reason to look.
  if (colonsBehindQuotes(text) > keys) {
    const twice = repeatedKey(text);
    if (twice !== undefined) return { fault: `has the key ${JSON.stringify(twice)} twice in one object` };
  }
  if (longNumber.test(text)) {
    const number = unkeptNumber(text);
    if (number !== undefined) return { fault: `has a number that JSON readers here cannot keep: ${number.slice(0, 40)}` };
  }
  return { values: value };
}

/** As long as a number has to be to lose something; texts may hold such as well, so that it is only a reason to look. */
const longNumber = /\d{16}|\d[eE][+-]?\d{3}/;
/** Each string, to be left out, or number of JSON text. */
const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** The first number of valid JSON text that would be read as another whole number, as infinite, or as 0; digits of a fraction may go. */
function unkeptNumber(text: string): string | undefined {
  for (const [piece] of text.matchAll(stringsAndNumbers)) {
    if (piece.startsWith('"')) continue;
    const value = Number(piece);
    if (!Number.isFinite(value)) return piece;
    if (value === 0 && /^[^eE]*[1-9]/.test(piece)) return piece;
    if (/^-?\d{16,}$/.test(piece) && String(value) !== piece && BigInt(piece) !== BigInt(value)) return piece;
  }
  return undefined;
}

/** Of all objects within; -1 when they are nested too deep. */
function countKeys(value: Json, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > deepest) return -1;
  let keys = 0;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const one = (value as readonly Json[])[at];
      if (typeof one !== "object") continue;
      const below = countKeys(one, depth + 1);
      if (below < 0) return -1;
      keys += below;
    }
    return keys;
  }
  for (const key in value as Bag) {
    keys++;
    const one = (value as Bag)[key];
    if (typeof one !== "object") continue;
    const below = countKeys(one, depth + 1);
    if (below < 0) return -1;
    keys += below;
  }
  return keys;
}

const quote = 0x22;
/** The highest code of JSON's white space, and of no character that can stand there otherwise. */
const space = 0x20;

function colonsBehindQuotes(text: string): number {
  let found = 0;
  for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
    let before = colon - 1;
    while (text.charCodeAt(before) <= space) before--;
    if (text.charCodeAt(before) === quote) found++;
  }
  return found;
}

/** Each piece of JSON text that opens or closes something, or is a whole string with the colon that makes it a key. */
const pieces = /[{}[\]]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/** The first key that one object of valid JSON text has twice. */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [piece, colon] of text.matchAll(pieces)) {
    if (piece === "{" || piece === "[") open.push(new Set());
    else if (piece === "}" || piece === "]") open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(piece.slice(0, -colon.length)) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
