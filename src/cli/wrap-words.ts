import { stripVTControlCharacters } from "node:util";
import { shownWidth } from "./table.ts";

/**
 * A text in lines of at most so many columns, broken at spaces; only a word that is wider by itself is broken inside. For a terminal,
 * which would break words wherever its edge is.
 *
 * @param width undefined = no terminal: one line, as a pipe wants it
 * @param indent columns that further lines begin with; not below half of the width is left for text
 */
export function wrapWords(text: string, width: number | undefined, indent = 0): string[] {
  if (width === undefined || shownWidth(text) <= width) return [text];
  const room = Math.max(1, width);
  const gap = " ".repeat(Math.min(indent, room >> 1));
  const lines: string[] = [];
  let [line, isEmpty] = ["", true];
  const end = () => {
    lines.push(line.trimEnd());
    [line, isEmpty] = [gap, true];
  };
  // Spaces at the start are the first line's indent.
  const [lead = "", rest = ""] = /^(\s*)(.*)$/s.exec(text)?.slice(1) ?? [];
  line = lead;
  for (const word of rest.split(" ")) {
    if (!isEmpty && shownWidth(line) + 1 + shownWidth(word) > room) end();
    line += `${isEmpty ? "" : " "}`;
    isEmpty = false;
    for (const character of word) {
      if (shownWidth(line) + shownWidth(character) > room && stripVTControlCharacters(line).trim() !== "") {
        end();
        isEmpty = false;
      }
      line += character;
    }
  }
  return [...lines, line];
}
