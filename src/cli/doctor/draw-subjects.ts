import { stripVTControlCharacters, styleText } from "node:util";
import { counted } from "../numbers.ts";
import { tame } from "../table.ts";
import type { Finding, Level, Subject } from "./finding.ts";

const colours = { ok: "green", warn: "yellow", fail: "red" } as const;

export interface DrawOptions {
  /** Of the terminal; undefined = no terminal: a finding stays on one line. */
  readonly columns: number | undefined;
}

/** Subjects as a person reads them, and what it comes to at the end. Texts in them are clean already. */
export function drawSubjects(subjects: readonly Subject[], { columns }: DrawOptions): string[] {
  const lines = subjects.flatMap(({ subject, findings }) =>
    findings.length === 0
      ? []
      : [styleText("bold", subject, { stream: process.stdout }), ...findings.flatMap((one) => draw(one, columns)), ""],
  );
  return [...lines, total(subjects)];
}

/** Of these many: `1 failure, 2 warnings`. */
export function countLevels(subjects: readonly Subject[]): Record<Level, number> {
  const counts = { ok: 0, warn: 0, fail: 0 };
  for (const { findings } of subjects) for (const { level } of findings) counts[level]++;
  return counts;
}

function total(subjects: readonly Subject[]): string {
  const counts = countLevels(subjects);
  const parts = [
    ...(counts.fail > 0 ? [styleText("red", counted(counts.fail, "failure"), { stream: process.stdout })] : []),
    ...(counts.warn > 0 ? [styleText("yellow", counted(counts.warn, "warning"), { stream: process.stdout })] : []),
    ...(counts.ok > 0 ? [`${counts.ok} ok`] : []),
  ];
  return parts.length === 0 ? "nothing to check" : parts.join(", ");
}

const indent = "        ";

function draw({ level, says, next, detail = [] }: Finding, columns: number | undefined): string[] {
  const mark = styleText(colours[level], level.padEnd(4), { stream: process.stdout });
  const lines = wrapWords(says, columns);
  return [
    `  ${mark}  ${lines[0] ?? ""}`,
    ...lines.slice(1).map((line) => indent + line),
    ...detail.flatMap((line) =>
      cutLine(line, columns).map((part) => indent + styleText("dim", part, { stream: process.stdout })),
    ),
    ...(next === undefined ? [] : wrapWords(`→ ${next}`, columns).map((line, at) => indent + (at === 0 ? line : `  ${line}`))),
  ];
}

/** At least half a line stays for text, however narrow the terminal is. */
function room(columns: number): number {
  return Math.max(20, columns - indent.length - 3);
}

/** Untrusted text has no line breaks of its own here. */
function wrapWords(text: string, columns: number | undefined): string[] {
  const flat = tame(stripVTControlCharacters(text)).replace(/\s+/g, " ").trim();
  if (columns === undefined) return [flat];
  const lines: string[] = [];
  for (const word of flat.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 <= room(columns)) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...cutLine(word, columns));
  }
  return lines;
}

/** A line that is broken anywhere: in what a model reads every space counts. */
function cutLine(text: string, columns: number | undefined): string[] {
  const characters = [...tame(stripVTControlCharacters(text)).replaceAll("\n", "↵")];
  if (columns === undefined || characters.length <= room(columns)) return [characters.join("")];
  const width = room(columns);
  return Array.from({ length: Math.ceil(characters.length / width) }, (_, at) =>
    characters.slice(at * width, (at + 1) * width).join(""),
  );
}
