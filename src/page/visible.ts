// Control and format characters, lone surrogates, and the two separators that break lines unseen. Not tab and line feed, and not
// the joiners (200C, 200D), which Persian, Indic scripts and emoji need.
const unseen = /(?!\t|\n|\u200c|\u200d)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

export interface Piece {
  readonly text: string;
  /** Stands for a character that cannot be seen. */
  readonly mark: boolean;
}

/**
 * Text cut into what can be shown as it is and marks such as `U+202E` for characters that cannot be seen.
 *
 * A reply may hold characters that reorder or hide text around them; shown as they are, the page would say something else than
 * what the model said.
 */
export function pieces(text: string): readonly Piece[] {
  const lines = text.replaceAll("\r\n", "\n");
  const found: Piece[] = [];
  let from = 0;
  for (const match of lines.matchAll(unseen)) {
    if (match.index > from) found.push({ text: lines.slice(from, match.index), mark: false });
    found.push({ text: nameOf(match[0]), mark: true });
    from = match.index + match[0].length;
  }
  if (from < lines.length) found.push({ text: lines.slice(from), mark: false });
  return found;
}

/** The same as one text: `abc[U+202E]def`. */
export function visible(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(unseen, (character) => `[${nameOf(character)}]`);
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
