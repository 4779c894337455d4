import { oneLine, table } from "./table.ts";

const mostLines = 4;

/** Two untrusted texts beside each other, each below its title, in as many columns as the terminal has; cut after four lines. */
export function sideBySide(
  left: readonly [string, string],
  right: readonly [string, string],
  width = process.stdout.columns ?? 120,
): string[] {
  const each = Math.max(20, Math.floor((width - 4) / 2));
  const [a, b] = [left, right].map(([title, text]) => [oneLine(title, each), ...wrapped(text, each)]) as [string[], string[]];
  const rows = Array.from({ length: Math.max(a.length, b.length) }, (_, at) => [
    // The gap keeps its width where the left side is short.
    { text: (a[at] ?? "").padEnd(each) },
    { text: b[at] ?? "" },
  ]);
  return table(rows).map((line) => `  ${line}`);
}

function wrapped(text: string, width: number): string[] {
  const flat = [...oneLine(text, width * mostLines)];
  const lines: string[] = [];
  for (let at = 0; at < flat.length; at += width) lines.push(flat.slice(at, at + width).join(""));
  return lines;
}
