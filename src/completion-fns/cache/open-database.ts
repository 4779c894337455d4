import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import { type Database, openSqlite, sqliteFault } from "../../io/sqlite.ts";

/** The file of a cache, as far as it could be opened. */
export interface CacheDatabase {
  /** undefined: there is none, and none could be made. */
  readonly db: Database | undefined;
  /** Why nothing can be kept in it; undefined when it can. */
  readonly problem: string | undefined;
}

export interface DatabaseOptions {
  readonly file: string;
  /** Made when it is not there. */
  readonly create: boolean;
  readonly open?: typeof openSqlite;
}

/** "FGrc" in the file's head, so that no other program's database is taken for a cache. */
const applicationId = 0x46477263;
const version = 1;

const schema = `
CREATE TABLE models (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  identity TEXT NOT NULL,
  capabilities TEXT NOT NULL
) STRICT;
CREATE TABLE replies (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  model INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE INDEX replies_by_model ON replies (model, stored);
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${version};`;

/** Others write in groups that take milliseconds. */
const patienceMs = 2000;
const openingTries = 100;

/**
 * Opens the file of a cache, makes it when it is wanted and not there.
 *
 * What keeps it from being written to, a full disk or a folder that is somebody else's, is no failure: it is read as far as it can be.
 *
 * @throws FinegaugeError `cache.unusable` for a file that is damaged, another program's or a newer version's; it is left as it is
 */
export async function openCacheDatabase({ file, create, open = openSqlite }: DatabaseOptions): Promise<CacheDatabase> {
  if (!create && !existsSync(file)) return { db: undefined, problem: undefined };
  try {
    if (create) makeFile(file);
    return { db: await openChecked(file, () => open(file, { timeoutMs: patienceMs }), true), problem: undefined };
  } catch (error) {
    if (error instanceof FinegaugeError) throw error;
    if (sqliteFault(error) === undefined && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return { db: existsSync(file) ? await openForReading(file, open) : undefined, problem: messageOf(error) };
  }
}

/** Prompts are not in it, replies are: nobody else's business. */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
}

/** In a folder that cannot be written to SQLite reads a file only when it is told that nobody else writes either. */
async function openForReading(file: string, open: typeof openSqlite): Promise<Database | undefined> {
  const unchanging = new URL(`${pathToFileURL(file).href}?immutable=1`);
  for (const place of [file, unchanging]) {
    try {
      return await openChecked(file, () => open(place, { readOnly: true, timeoutMs: patienceMs }), false);
    } catch (error) {
      if (error instanceof FinegaugeError) throw error;
      if (sqliteFault(error) === undefined) throw error;
    }
  }
  return undefined;
}

async function openChecked(file: string, open: () => Promise<Database>, writable: boolean): Promise<Database> {
  const db = await open();
  try {
    for (let tries = 1; ; tries++) {
      try {
        if (writable) prepare(db, file);
        else check(db, file);
        return db;
      } catch (error) {
        // Two that make one file at the same moment: SQLite does not wait by itself while the mode of writing changes.
        if (sqliteFault(error) !== "busy" || tries >= openingTries) throw error;
        await sleep(20);
      }
    }
  } catch (error) {
    db.close();
    if (sqliteFault(error) === "corrupt") throw unusable(file, "is damaged, or no database", error);
    throw error;
  }
}

function prepare(db: Database, file: string): void {
  const found = check(db, file);
  if (found === "empty") {
    // So that what is pruned can be given back to the disk; to be said before there is a table.
    db.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
    try {
      if (check(db, file) === "empty") db.exec(schema);
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }
  // The kernel has what was written, whatever becomes of this process; only a power loss takes the last replies, and leaves the rest whole.
  db.exec("PRAGMA synchronous = NORMAL");
}

function check(db: Database, file: string): "empty" | "ours" {
  const number = (pragma: string) => Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] as number;
  const id = number("application_id");
  const found = number("user_version");
  if (id === 0 && found === 0 && db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined) return "empty";
  if (id !== applicationId) throw unusable(file, "is a database of another program");
  if (found > version) throw unusable(file, "was made by a newer version of Finegauge");
  return "ours";
}

/** A cache that cannot be used, and what to do about it. */
export function unusable(file: string, why: string, cause?: unknown): FinegaugeError {
  return new FinegaugeError("cache.unusable", `the response cache ${why}`, {
    where: { file },
    hint: "it is left as it is: delete it, name another folder with --cache-dir, or go without (--cache off)",
    cause,
  });
}
