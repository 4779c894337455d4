import { stripVTControlCharacters } from "node:util";

/** One cell; numbers stand right. */
export interface Cell {
  readonly text: string;
  readonly right?: boolean;
}

/** Rows in columns, two spaces between them. Widths count what a terminal shows: wide characters as two, colours as none. */
export function table(rows: readonly (readonly Cell[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(0, ...rows.map((row) => shownWidth(row[at]?.text ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const gap = " ".repeat(Math.max(0, (widths[at] ?? 0) - shownWidth(cell.text)));
        return cell.right ? gap + cell.text : cell.text + gap;
      })
      .join("  ")
      .trimEnd(),
  );
}

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that a terminal takes for it. */
export function shownWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += /\p{Mark}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/**
 * A text on one line of at most `width` characters, at least one; control characters of untrusted text never reach the terminal, and a
 * line that begins with it is no command to somebody's CI.
 */
export function oneLine(text: string, width: number): string {
  const flat = tame(stripVTControlCharacters(text).replace(/[\s\u0085]+/g, " ")).trim();
  const characters = [...flat];
  return characters.length <= width ? flat : `${characters.slice(0, width - 1).join("")}…`;
}

/** Untrusted text whose line breaks stay: nothing in it moves a cursor, colours a line or turns round what stands beside it. */
export function withoutControls(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, "·");
}

/** Untrusted text for a log that somebody's CI reads: as `withoutControls`, and no line in it is a command to that CI. */
export function tame(text: string): string {
  return withoutControls(text).replace(/^(\s*)::/gm, "$1:·:");
}
