import { counted } from "../numbers.ts";
import { oneLine } from "../table.ts";
import type { Rewritten } from "./rewrite-data.ts";

/** Reasons that are listed, of those there are. */
const listed = 8;

/** What was done, for a person. */
export function rewrittenLines({ input, output, from, to, rows, written, ...reasons }: Rewritten, dryRun = false): string[] {
  const where = dryRun ? "nothing written: --dry-run" : output === "-" ? undefined : output;
  const head = `${oneLine(input, 200)} (${from}): ${counted(rows, "row")} → ${written} as ${to}${where === undefined ? "" : ` · ${oneLine(where, 200)}`}`;
  return [
    head,
    ...reasonLines("left out, unreadable", reasons.unreadable),
    ...reasonLines("left out", reasons.dropped),
    ...reasonLines("lost", reasons.lost),
    ...reasonLines("changed", reasons.changed),
  ];
}

function reasonLines(title: string, counts: ReadonlyMap<string, number>): string[] {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const lines = sorted.slice(0, listed).map(([why, n]) => `  ${title}: ${n} × ${oneLine(why, 200)}`);
  return sorted.length > listed ? [...lines, `  ${title}: ${sorted.length - listed} more reasons`] : lines;
}

/** The same for a program. */
export function rewrittenJson({ unreadable, dropped, lost, changed, ...facts }: Rewritten): object {
  const maps = { unreadable, dropped, lost, changed };
  return { ...facts, ...Object.fromEntries(Object.entries(maps).map(([name, counts]) => [name, Object.fromEntries(counts)])) };
}
