import type { StatementSync } from "node:sqlite";
import { type Capabilities, capabilitiesSchema, type ModelIdentity } from "../../core/completion.ts";
import { messageOf } from "../../core/errors.ts";
import { type Database, sqliteFault } from "../../io/sqlite.ts";
import { type CacheDatabase, type DatabaseOptions, openCacheDatabase } from "./open-database.ts";
import { modelHash } from "./reply-key.ts";

/** A reply as it was kept. */
export interface StoredReply {
  /** When the model gave it, ms since 1970. */
  readonly stored: number;
  /** JSON of a completion, or of likelihoods. */
  readonly value: string;
}

/** Whose replies they are. */
export interface StoredModel {
  /** As the user called it. */
  readonly name: string;
  readonly identity: ModelIdentity;
  readonly capabilities: Capabilities;
}

/** Replies of many commands, in one file that several processes read and write at once. */
export interface ReplyStore {
  /** undefined where there is none, or none that could be read. */
  read(key: string): StoredReply | undefined;
  /** When a reply was given; undefined where there is none. */
  stored(key: string): number | undefined;
  /** Kept with the next group, within 50 ms; found at once. */
  write(key: string, model: StoredModel, reply: StoredReply): void;
  /** Of a model that has replies in it. */
  capabilities(identity: ModelIdentity): Capabilities | undefined;
  /** Writes what is left, and lets go of the file. */
  close(): void;
}

export interface StoreOptions extends DatabaseOptions {
  /** Told once, in words, that nothing more is kept. */
  readonly onProblem: (problem: string) => void;
}

const groupMs = 50;
/** At the end nobody asks a model any more: others may take their time. */
const lastPatienceMs = 10_000;

/** @throws FinegaugeError `cache.unusable` */
export async function openReplyStore(options: StoreOptions): Promise<ReplyStore> {
  const opened = await openCacheDatabase(options);
  if (opened.problem !== undefined) {
    options.onProblem(opened.db === undefined ? `there is no cache: ${opened.problem}` : `nothing is kept: ${opened.problem}`);
  }
  return store(opened, options);
}

interface Pending extends StoredReply {
  readonly model: StoredModel;
}

function store({ db, problem }: CacheDatabase, { onProblem }: StoreOptions): ReplyStore {
  const select = db?.prepare("SELECT stored, value FROM replies WHERE key = ?");
  const selectTime = db?.prepare("SELECT stored FROM replies WHERE key = ?");
  const selectModel = db?.prepare("SELECT capabilities FROM models WHERE hash = ?");
  const writer = db === undefined || problem !== undefined ? undefined : openWriter(db);
  let pending = new Map<string, Pending>();
  let timer: NodeJS.Timeout | undefined;
  let failed = writer === undefined;

  function giveUp(error: unknown): void {
    if (sqliteFault(error) === undefined) throw error;
    if (!failed) onProblem(`nothing more is kept: ${messageOf(error)}`);
    failed = true;
    pending = new Map();
  }

  function flush(last: boolean): void {
    timer = undefined;
    if (pending.size === 0 || writer === undefined) return;
    try {
      writer(pending);
      pending = new Map();
    } catch (error) {
      // Another process has held the file all the time: with the next group.
      if (sqliteFault(error) === "busy" && !last) schedule();
      else giveUp(error);
    }
  }

  function schedule(): void {
    timer ??= setTimeout(flush, groupMs, false);
  }

  /** What cannot be read is not there: the model is asked. */
  function row<Row>(statement: StatementSync | undefined, key: string): Row | undefined {
    try {
      return statement?.get(key) as Row | undefined;
    } catch (error) {
      if (sqliteFault(error) !== "busy") giveUp(error);
      return undefined;
    }
  }

  return {
    read: (key) => pending.get(key) ?? row<StoredReply>(select, key),
    stored: (key) => (pending.get(key) ?? row<{ stored: number }>(selectTime, key))?.stored,
    write(key, model, { stored, value }) {
      if (failed) return;
      pending.set(key, { model, stored, value });
      schedule();
    },
    capabilities(identity) {
      const found = row<{ capabilities: string }>(selectModel, modelHash(identity));
      if (found === undefined) return undefined;
      // The file is anybody's to write: what is no capabilities is not there.
      const parsed = capabilitiesSchema.safeParse(tryJson(found.capabilities));
      return parsed.success ? parsed.data : undefined;
    },
    close() {
      clearTimeout(timer);
      if (!failed) db?.exec(`PRAGMA busy_timeout = ${lastPatienceMs}`);
      flush(true);
      db?.close();
    },
  };
}

/** Writes a group in one transaction, which is there whole or not at all. */
function openWriter(db: Database): (group: ReadonlyMap<string, Pending>) => void {
  // Each time anew: another process may have pruned the model in the meantime.
  const putModel = db.prepare(
    `INSERT INTO models (hash, name, identity, capabilities) VALUES (?, ?, ?, ?)
     ON CONFLICT (hash) DO UPDATE SET name = excluded.name, capabilities = excluded.capabilities RETURNING id`,
  );
  const putReply = db.prepare(
    `INSERT INTO replies (key, model, stored, value) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET model = excluded.model, stored = excluded.stored, value = excluded.value`,
  );
  return (group) => {
    const ids = new Map<StoredModel, number>();
    const idOf = (model: StoredModel): number => {
      const { name, identity, capabilities } = model;
      const known = ids.get(model);
      if (known !== undefined) return known;
      const row = putModel.get(modelHash(identity), name, JSON.stringify(identity), JSON.stringify(capabilities));
      const id = Number(row?.id);
      ids.set(model, id);
      return id;
    };
    db.exec("BEGIN IMMEDIATE");
    try {
      for (const [key, { model, stored, value }] of group) putReply.run(key, idOf(model), stored, value);
      db.exec("COMMIT");
    } catch (error) {
      // A full disk ends the transaction by itself.
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
