import type { Template } from "./template.ts";

/**
 * Makes a function that breaks whatever in a graded text looks like a delimiter of the grading prompt, so that the text cannot end its
 * own block and go on as if it were the prompt. Only delimiters which that prompt has are touched: tags such as `</reply>`, markers
 * such as `[END]`, and lines of three or more `-`, `=`, `*`, `#` or `~`.
 */
export function neutraliser(templates: readonly Template[]): (text: string) => string {
  const plain = templates.flatMap(({ parts }) => parts.filter((part) => typeof part === "string")).join("\u0000");
  const tags = new Set([...plain.matchAll(/<\/?([A-Za-z][\w-]*)[^<>]*>/g)].map(([, name = ""]) => name));
  const markers = new Set([...plain.matchAll(/\[\s*\/?\s*([A-Z][A-Z _]+)\s*\]/g)].map(([, name = ""]) => name.trim()));
  const rules = new Set([...plain.matchAll(/^[ \t]*([-=*#~])\1{2,}/gm)].map(([, sign = ""]) => sign));

  const breaks: [RegExp, string][] = [];
  if (tags.size > 0)
    breaks.push([new RegExp(`[<\uff1c](?=\\s{0,8}[/\uff0f]?\\s{0,8}(?:${alternatives(tags)})\\b)`, "gi"), "\u2039"]);
  if (markers.size > 0) breaks.push([new RegExp(`\\[(?=\\s{0,8}/?\\s{0,8}(?:${alternatives(markers)})\\s{0,8}\\])`, "gi"), "("]);
  for (const sign of rules) breaks.push([new RegExp(`^([ \\t]*\\${sign})(?=\\${sign}{2})`, "gm"), "$1 "]);
  return (text) => breaks.reduce((broken, [pattern, by]) => broken.replace(pattern, by), text);
}

function alternatives(names: ReadonlySet<string>): string {
  return [...names].map((name) => name.replace(/[^\w ]/g, "\\$&").replaceAll(" ", "\\s+")).join("|");
}
