import { visible } from "../page/index.ts";

/** As code, so that nothing in it is markup, a mention or a link; one line, at most 140 characters. */
export function code(text: string): string {
  const line = visible(text.slice(0, 400))
    .trim()
    .replace(/\s*\n\s*/g, " ⏎ ");
  const shown = line.length > 140 ? `${line.slice(0, 139).replace(/[\ud800-\udbff]$/, "")}…` : line;
  if (shown === "") return "(empty)";
  const fence = "`".repeat(Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const pad = /^`|`$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** For inside a summary, where no Markdown is read: whatever might be markup is written as a reference. */
export function plain(text: string): string {
  return references(oneLine(text), /[^\w ./:-]/gu);
}

/** A sentence of ours that has names of others in it: reads the same, and nothing in it is markup, a mention or a link. */
export function prose(text: string): string {
  const safe = references(oneLine(text), /[^\p{L}\p{N} .,;:()%+−±–→…'-]|:(?=\/)|(?<=www)\./gu);
  // A mention is found after references are read; it needs its sign and its name to stand together.
  return safe.replaceAll("&#64;", "&#64;&#8203;");
}

/** A row of a table; no cell can end it. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
}

function oneLine(text: string): string {
  return visible(text).replace(/\s*\n\s*/g, " ");
}

function references(text: string, markup: RegExp): string {
  return text.replace(markup, (character) => `&#${character.codePointAt(0)};`);
}
