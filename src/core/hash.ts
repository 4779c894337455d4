import { hash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** 64 bits of SHA-256 in hex (16 characters): enough to tell a million samples apart (chance of a clash about 3e-8). */
export function hash64(text: string): string {
  return hash("sha256", text, "hex").slice(0, 16);
}

/** `hash64` of the canonical JSON: equal for values that differ only in the order of their keys. */
export function hashJson(value: unknown): string {
  return hash64(canonicalJson(value));
}
