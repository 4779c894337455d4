import { hash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** 64 bits of SHA-256 in hex (16 characters). */
export function hash64(text: string): string {
  return hash("sha256", text, "hex").slice(0, 16);
}

/** Up to here two lanes of arithmetic are faster than the call of a digest, which costs over a microsecond whatever the text. */
const shortText = 256;

/**
 * 64 bits in hex that tell one text from another: by chance two of a million texts are equal once in 37 million times. Asked for several
 * times a sample. No protection against somebody who wants two to be equal.
 */
export function textHash(text: string): string {
  if (text.length > shortText) return hash64(text);
  // FNV-1a in two lanes of 32 bits with different primes, each mixed at the end.
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return hex32(mixed(a)) + hex32(mixed(b));
}

function mixed(lane: number): number {
  const once = Math.imul(lane ^ (lane >>> 16), 0xc2b2ae35);
  const twice = Math.imul(once ^ (once >>> 15), 0x2c1b3c6d);
  return (twice ^ (twice >>> 13)) >>> 0;
}

/** `00` to `ff`: looked up, since `toString(16)` takes longer than the hash itself. */
const byteHex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex32(value: number): string {
  const high = (byteHex[value >>> 24] as string) + (byteHex[(value >>> 16) & 255] as string);
  return high + (byteHex[(value >>> 8) & 255] as string) + (byteHex[value & 255] as string);
}

/** `textHash` of the canonical JSON: equal for values that differ only in the order of their keys. */
export function hashJson(value: unknown): string {
  return textHash(canonicalJson(value));
}
