// A combining mark belongs to the letter before it: "cafe" is no word of "cafe\u0301".
const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;
const wordEnd = /[\p{L}\p{N}\p{M}_]$/u;

/** Does `part` stand at `at` in `text` without cutting a word, at its end or (unless `endOnly`) its beginning. */
export function isWholeWord(text: string, part: string, at: number, endOnly = false): boolean {
  return isBoundary(text, at + part.length) && (endOnly || isBoundary(text, at));
}

/** Is `part` in `text` as a whole word or several. */
export function includesWord(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (isWholeWord(text, part, at)) return true;
    if (at >= text.length) break;
  }
  return false;
}

/** No word goes on across this place in the text. */
function isBoundary(text: string, at: number): boolean {
  const next = text.codePointAt(at);
  if (at <= 0 || next === undefined) return true;
  return !wordCharacter.test(String.fromCodePoint(next)) || !wordEnd.test(text.slice(Math.max(0, at - 2), at));
}
