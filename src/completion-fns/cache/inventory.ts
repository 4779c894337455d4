import { statSync } from "node:fs";
import { type ModelIdentity, modelIdentitySchema } from "../../core/completion.ts";
import { diskError } from "../../io/disk-error.ts";
import { type Database, sqliteFault } from "../../io/sqlite.ts";
import { openCacheDatabase, unusable } from "./open-database.ts";

/** What the cache has of one model. */
export interface CachedModel {
  readonly id: number;
  /** As a user called it last. */
  readonly name: string;
  readonly identity: ModelIdentity;
  readonly entries: number;
  readonly bytes: number;
  /** When a model gave them, ms since 1970. */
  readonly oldest: number;
  readonly newest: number;
}

/** What goes: replies that fit all of it. */
export interface PruneRules {
  /** ms since 1970. */
  readonly before?: number | undefined;
  /** Of these models; absent = of all. */
  readonly models?: readonly number[] | undefined;
  /** After that the oldest, until all replies together are no larger. */
  readonly maxBytes?: number | undefined;
}

export interface Inventory {
  list(): readonly CachedModel[];
  /** How many replies and bytes went, or would go. */
  prune(rules: PruneRules, dryRun: boolean): { readonly entries: number; readonly bytes: number };
  /** Of the files on disk. */
  fileBytes(): number;
  close(): void;
}

/** What an entry takes beside its text: its key, twice, and its row. */
const rowBytes = 160;
const sizeOf = `octet_length(value) + ${rowBytes}`;
const patienceMs = 10_000;

/**
 * What the cache has; undefined where there is none.
 *
 * @throws FinegaugeError `cache.unusable`
 */
export async function openInventory(file: string): Promise<Inventory | undefined> {
  const { db } = await openCacheDatabase({ file, create: false });
  if (db === undefined) return undefined;
  db.exec(`PRAGMA busy_timeout = ${patienceMs}`);
  return {
    list: () => told(file, () => listModels(db, file)),
    prune: (rules, dryRun) => told(file, () => prune(db, rules, dryRun)),
    fileBytes: () =>
      ["", "-wal"].reduce((sum, ending) => sum + (statSync(file + ending, { throwIfNoEntry: false })?.size ?? 0), 0),
    close: () => db.close(),
  };
}

/** A file may be damaged in a part that opening it does not read. */
function told<Value>(file: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    const fault = sqliteFault(error);
    if (fault === "corrupt") throw unusable(file, "is damaged", error);
    throw fault === undefined ? error : diskError(file, error);
  }
}

function listModels(db: Database, file: string): CachedModel[] {
  const rows = db
    .prepare(
      `SELECT models.id, name, identity, count(*) AS entries, sum(${sizeOf}) AS bytes, min(stored) AS oldest, max(stored) AS newest
       FROM replies JOIN models ON models.id = replies.model GROUP BY models.id ORDER BY newest DESC, models.id`,
    )
    .all();
  return rows.map((row) => {
    const { identity, ...rest } = row as unknown as Omit<CachedModel, "identity"> & { identity: string };
    return { ...rest, identity: identityIn(identity, file) };
  });
}

function identityIn(text: string, file: string): ModelIdentity {
  try {
    return modelIdentitySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw unusable(file, "names a model that cannot be read", cause);
  }
}

function prune(db: Database, rules: PruneRules, dryRun: boolean): { entries: number; bytes: number } {
  db.exec("BEGIN IMMEDIATE");
  let gone: { entries: number; bytes: number };
  try {
    gone = choose(db, rules);
    if (!dryRun) {
      db.exec("DELETE FROM replies WHERE id IN (SELECT id FROM temp.going)");
      db.exec("DELETE FROM models WHERE NOT EXISTS (SELECT 1 FROM replies WHERE model = models.id)");
    }
    db.exec("DROP TABLE temp.going; COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
  if (!dryRun) giveBack(db);
  return gone;
}

/** Marks what goes in a table of this connection alone. */
function choose(db: Database, { before, models, maxBytes }: PruneRules): { entries: number; bytes: number } {
  db.exec(`CREATE TEMP TABLE going (id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)`);
  const of = models === undefined ? "" : `AND model IN (${models.map(Number).join(",")})`;
  // Without an age or a size everything of these models goes.
  const all = maxBytes === undefined ? Number.MAX_SAFE_INTEGER : -1;
  db.prepare(`INSERT INTO going SELECT id, ${sizeOf} FROM replies WHERE stored < ? ${of}`).run(before ?? all);
  if (maxBytes !== undefined) {
    db.prepare(
      `INSERT INTO going SELECT id, size FROM (
         SELECT id, ${sizeOf} AS size, sum(${sizeOf}) OVER (ORDER BY stored DESC, id DESC) AS total
         FROM replies WHERE id NOT IN (SELECT id FROM going) ${of}
       ) WHERE total > ?`,
    ).run(maxBytes);
  }
  return db.prepare("SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes FROM going").get() as unknown as {
    entries: number;
    bytes: number;
  };
}

/** To the disk; where others are reading it comes with the next prune. */
function giveBack(db: Database): void {
  try {
    db.exec("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    if (sqliteFault(error) === undefined) throw error;
  }
}
