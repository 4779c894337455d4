import { oneLine } from "./table.ts";

/**
 * A text with untrusted names in it as one line of a log: no control characters, and nothing that GitHub Actions, which reads every
 * line that a step prints, would take for a command.
 */
export function logLine(text: string, width: number): string {
  // The older kind of command is read wherever it stands in a line.
  return oneLine(text, width).replaceAll("##[", "#·#[");
}
