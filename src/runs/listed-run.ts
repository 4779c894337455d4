import type { EndLine, RunLine } from "../core/run-line.ts";

/** A run file as a list shows it: its two ends, not its samples. */
export interface ListedRun {
  readonly file: string;
  readonly run: RunLine;
  readonly end: EndLine | undefined;
  /** Somebody is writing it now. */
  readonly locked: boolean;
  /** Time of the last write, ms since 1970. */
  readonly touched: number;
}
