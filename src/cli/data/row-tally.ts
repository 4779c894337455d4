import { FinegaugeError } from "../../core/errors.ts";

/** What befell the rows of a file, counted; and those that may not be passed over. */
export interface RowTally {
  readonly unreadable: Map<string, number>;
  readonly dropped: Map<string, number>;
  readonly lost: Map<string, number>;
  readonly changed: Map<string, number>;
  /** Rows that end the work. */
  refused: number;
  /** Says of a row why it ends the work. */
  refuse(kind: "unreadable" | "lost", line: number, why: string): void;
  /** @param hint what to do about each kind */
  error(file: string, to: string, hint: { readonly unreadable: string; readonly lost: string }): FinegaugeError;
}

/** Rows that an error names, of those it counts. */
const named = 5;

export function rowTally(): RowTally {
  const places: string[] = [];
  let first: { readonly line: number; readonly kind: "unreadable" | "lost" } | undefined;
  const tally: RowTally = {
    unreadable: new Map(),
    dropped: new Map(),
    lost: new Map(),
    changed: new Map(),
    refused: 0,
    refuse(kind, line, why) {
      first ??= { line, kind };
      // One kind of mistake at a time: each has its own way out.
      if (kind !== first.kind) return;
      tally.refused++;
      if (places.length < named) places.push(`line ${line} ${why}`);
    },
    error(file, to, hint) {
      const { line, kind } = first ?? { line: 1, kind: "unreadable" };
      const rest = tally.refused > places.length ? `; and ${tally.refused - places.length} more` : "";
      const what = kind === "unreadable" ? "cannot be read" : `cannot be written as ${to}`;
      const message = `${tally.refused === 1 ? "a row" : `${tally.refused} rows`} ${what}: ${places.join("; ")}${rest}`;
      return new FinegaugeError("data.invalid", message, { where: { file, line }, hint: hint[kind] });
    },
  };
  return tally;
}

export function countUp(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
