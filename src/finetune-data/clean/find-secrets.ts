import { longToken } from "../../core/placeholders.ts";
import { credentialShapes } from "../../core/redact.ts";
import type { Span } from "./find-phones.ts";

/** Keys, tokens and passwords: by the shapes of their makers, by what stands before them, and what is too long and mixed for a word. */
export function findKeys(text: string): Span[] {
  const found: Span[] = [];
  for (const shape of credentialShapes) {
    for (const match of text.matchAll(shape)) {
      const [all, before = ""] = match;
      const value = all.slice(before.length);
      // "Password: required" is prose.
      if (/:\s*["']?$/.test(before) && /^[a-z]+$/i.test(value)) continue;
      if (before !== "//") found.push({ start: match.index + before.length, end: match.index + all.length });
    }
  }
  for (const { 0: match, index } of text.matchAll(longToken)) {
    if (/\d/.test(match) && /[A-Za-z]/.test(match)) found.push({ start: index, end: index + match.length });
  }
  return found;
}

/** Name and password in an address: `//anna:secret` before its `@`. */
export function findLogins(text: string): Span[] {
  return [...text.matchAll(/(?<=[a-z][a-z\d+.-]{1,20}:\/\/)[^/\s:@]{0,1024}:[^/\s@]{1,1024}(?=@)/gi)].map(
    ({ 0: match, index }) => ({
      start: index,
      end: index + match.length,
    }),
  );
}

/** Longer than any key is as text. */
const longestKey = 20_000;
const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const keyRest = /[\sA-Za-z0-9+/=]{0,20000}/y;

/** Private keys as PEM has them; of one whose end is missing, all that looks like one. */
export function findPrivateKeys(text: string): Span[] {
  const found: Span[] = [];
  let from = 0;
  for (const { 0: begin, index } of text.matchAll(keyBegin)) {
    if (index < from) continue;
    const body = index + begin.length;
    const near = text.slice(body, body + longestKey);
    const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/.exec(near);
    keyRest.lastIndex = body;
    const rest = keyRest.exec(text)?.[0].trimEnd().length ?? 0;
    from = body + (end === null ? rest : end.index + end[0].length);
    found.push({ start: index, end: from });
  }
  return found;
}
