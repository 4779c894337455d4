import type { DatabaseSync } from "node:sqlite";

export type Database = DatabaseSync;

export interface SqliteOptions {
  readonly readOnly?: boolean;
  /** How long a statement waits for another process that writes. */
  readonly timeoutMs: number;
}

/** Opens a database with Node's own SQLite: the only file that loads it, and not before it is called. */
export async function openSqlite(place: string | URL, options: SqliteOptions): Promise<Database> {
  const { DatabaseSync } = await load();
  return new DatabaseSync(place, { readOnly: options.readOnly ?? false, timeout: options.timeoutMs });
}

/** Node 22 warns of an experiment, on the screen of somebody who has not chosen it. */
async function load(): Promise<typeof import("node:sqlite")> {
  const { emitWarning } = process;
  const quiet = (warning: string | Error, ...rest: unknown[]) => {
    if (!/sqlite/i.test(String(warning))) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  process.emitWarning = quiet as typeof emitWarning;
  try {
    return await import("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** What SQLite refused something for, as far as callers tell it apart. */
export type SqliteFault = "busy" | "corrupt" | "not-writable";

const faults: { readonly [code: number]: SqliteFault } = {
  5: "busy",
  6: "busy",
  3: "not-writable",
  8: "not-writable",
  10: "not-writable",
  13: "not-writable",
  14: "not-writable",
  11: "corrupt",
  26: "corrupt",
};

/**
 * undefined: no fault of the file, of the disk, or of another process.
 *
 * @see https://www.sqlite.org/rescode.html: the primary code is the lowest byte
 */
export function sqliteFault(error: unknown): SqliteFault | undefined {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown };
  return typeof errcode === "number" ? faults[errcode & 0xff] : undefined;
}
