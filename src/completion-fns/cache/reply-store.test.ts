import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { scratchFolder } from "../../../test/support/finegauge.ts";
import { openSqlite } from "../../io/sqlite.ts";
import { openInventory } from "./inventory.ts";
import { openReplyStore, type ReplyStore, type StoredModel, type StoreOptions } from "./reply-store.ts";

const capabilities = {
  chat: "yes",
  text: "yes",
  logprobs: "no",
  top_logprobs_max: 0,
  continuations: "no",
  embeddings: "no",
  tools: "no",
  json_schema: "no",
} as const;
const model = (name: string): StoredModel => ({ name, identity: { fn: "http", model: name }, capabilities });
const opened: ReplyStore[] = [];

async function open(file: string, more: Partial<StoreOptions> = {}) {
  const problems: string[] = [];
  const store = await openReplyStore({ file, create: true, onProblem: (problem) => problems.push(problem), ...more });
  opened.push(store);
  return { store, problems };
}

/** What a store still has after it was closed and opened again. */
async function reopened(store: ReplyStore, file: string) {
  store.close();
  opened.splice(opened.indexOf(store), 1);
  return (await open(file)).store;
}

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

describe("a store", () => {
  test("finds what was written, at once and when it is opened again; the last reply to a question counts", async () => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "deep/folder/replies.db");
    const { store } = await open(file);
    store.write("a", model("m"), { stored: 1, value: "one" });
    store.write("a", model("m"), { stored: 2, value: "two" });
    expect(store.read("a")).toMatchObject({ stored: 2, value: "two" });
    expect(store.read("b")).toBeUndefined();
    const again = await reopened(store, file);
    expect(again.read("a")).toEqual({ stored: 2, value: "two" });
    expect(again.capabilities({ fn: "http", model: "m" })).toEqual(capabilities);
    expect(again.capabilities({ fn: "http", model: "n" })).toBeUndefined();
  });

  test("writes in groups, soon, without being closed", async () => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "replies.db");
    const { store } = await open(file);
    const { store: other } = await open(file);
    store.write("a", model("m"), { stored: 1, value: "one" });
    await expect.poll(() => other.read("a"), { timeout: 5000 }).toEqual({ stored: 1, value: "one" });
  });

  test("that several make at the same moment is one", async () => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "replies.db");
    const all = await Promise.all(Array.from({ length: 6 }, () => open(file)));
    for (const [at, { store }] of all.entries()) store.write(`k${at}`, model("m"), { stored: at, value: String(at) });
    for (const { store } of all) store.close();
    opened.length = 0;
    const { store } = await open(file);
    expect(all.map((_, at) => store.read(`k${at}`)?.value)).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(all.flatMap(({ problems }) => problems)).toEqual([]);
  });
});

describe("a file that is no cache is left as it is, with one clear error:", () => {
  const database = (file: string, sql: string) => {
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
  };
  test.each([
    {
      what: "no database",
      make: (file: string) => writeFileSync(file, "replies ".repeat(200)),
      said: "is damaged, or no database",
    },
    {
      what: "another program's",
      make: (file: string) => database(file, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')"),
      said: "is a database of another program",
    },
    {
      what: "a newer version's",
      make: (file: string) => database(file, "CREATE TABLE t (a); PRAGMA application_id = 0x46477263; PRAGMA user_version = 9"),
      said: "was made by a newer version",
    },
  ])("$what", async ({ make, said }) => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "replies.db");
    make(file);
    const before = readFileSync(file);
    const error = await open(file).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "cache.unusable", more: { where: { file } } });
    expect((error as Error).message).toContain(said);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe("what keeps a cache from being written is told once, and is no failure:", () => {
  test("a folder that cannot be made", async () => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "file"), "");
    const { store, problems } = await open(join(scratch.path, "file/replies.db"));
    store.write("a", model("m"), { stored: 1, value: "one" });
    expect(store.read("a")).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining("there is no cache: ")]);
  });

  test("a full disk: what was there is still found", async () => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "replies.db");
    const first = (await open(file)).store;
    first.write("a", model("m"), { stored: 1, value: "one" });
    first.close();
    opened.length = 0;
    const full: typeof openSqlite = async (place, options) => {
      const db = await openSqlite(place, options);
      db.exec("PRAGMA max_page_count = 1");
      return db;
    };
    const { store, problems } = await open(file, { open: full });
    for (let at = 0; at < 50; at++) store.write(`b${at}`, model("m"), { stored: 2, value: "x".repeat(10_000) });
    await expect.poll(() => problems, { timeout: 5000 }).toEqual([expect.stringMatching(/^nothing more is kept: .*full/)]);
    store.write("c", model("m"), { stored: 2, value: "three" });
    expect([store.read("a")?.value, store.read("b1"), store.read("c")]).toEqual(["one", undefined, undefined]);
    expect(problems).toHaveLength(1);
  });

  test("a file that may be read alone: what is there is read", async () => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "replies.db");
    const first = (await open(file)).store;
    first.write("a", model("m"), { stored: 1, value: "one" });
    first.close();
    opened.length = 0;
    // As SQLite says it to somebody to whom neither the file nor its folder belongs.
    const elsewhere: typeof openSqlite = async (place, options) => {
      if (options.readOnly !== true || !(place instanceof URL)) {
        throw Object.assign(new Error("unable to open database file"), { errcode: 14 });
      }
      return openSqlite(place, options);
    };
    const { store, problems } = await open(file, { open: elsewhere });
    store.write("b", model("m"), { stored: 2, value: "two" });
    expect(problems).toEqual(["nothing is kept: unable to open database file"]);
    expect([store.read("a"), store.read("b")]).toEqual([{ stored: 1, value: "one" }, undefined]);
  });
});

describe("an inventory", () => {
  async function filled(file: string) {
    const { store } = await open(file);
    for (let day = 1; day <= 4; day++) {
      store.write(`a${day}`, model("a"), { stored: day, value: "x".repeat(1000) });
      store.write(`b${day}`, model("b"), { stored: day + 10, value: "x".repeat(1000) });
    }
    store.close();
    opened.length = 0;
    const inventory = await openInventory(file);
    if (inventory === undefined) throw new Error("it is there");
    return inventory;
  }

  test("has entries, size and age of each model, the newest first", async () => {
    using scratch = scratchFolder();
    const inventory = await filled(join(scratch.path, "replies.db"));
    const list = inventory.list();
    expect(list.map(({ name, entries, oldest, newest }) => ({ name, entries, oldest, newest }))).toEqual([
      { name: "b", entries: 4, oldest: 11, newest: 14 },
      { name: "a", entries: 4, oldest: 1, newest: 4 },
    ]);
    for (const { bytes } of list) expect(bytes).toBeGreaterThan(4000);
    inventory.close();
  });

  test.each([
    { what: "by age", rules: { before: 3 }, left: ["a3", "a4", "b1", "b2", "b3", "b4"] },
    { what: "of a model", rules: { models: [1] }, left: ["b1", "b2", "b3", "b4"] },
    { what: "of a model by age", rules: { models: [2], before: 13 }, left: ["a1", "a2", "a3", "a4", "b3", "b4"] },
    { what: "by size, the oldest first", rules: { maxBytes: 3000 }, left: ["b3", "b4"] },
    { what: "by age and size", rules: { before: 3, maxBytes: 6500 }, left: ["a4", "b1", "b2", "b3", "b4"] },
    { what: "all", rules: {}, left: [] },
  ])("prunes $what, and only says so in a dry run", async ({ rules, left }) => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "replies.db");
    const inventory = await filled(file);
    const would = inventory.prune(rules, true);
    expect(inventory.list().reduce((sum, { entries }) => sum + entries, 0)).toBe(8);
    expect(inventory.prune(rules, false)).toEqual(would);
    expect(would.entries).toBe(8 - left.length);
    inventory.close();
    const { store } = await open(file);
    const names = ["a", "b"].flatMap((name) => [1, 2, 3, 4].map((day) => `${name}${day}`));
    expect(names.filter((name) => store.read(name) !== undefined)).toEqual(left);
  });

  test("gives what was pruned back to the disk", async () => {
    using scratch = scratchFolder();
    const file = join(scratch.path, "replies.db");
    const { store } = await open(file);
    for (let at = 0; at < 200; at++) store.write(`k${at}`, model("m"), { stored: at, value: "x".repeat(5000) });
    store.close();
    opened.length = 0;
    const inventory = await openInventory(file);
    const before = inventory?.fileBytes() ?? 0;
    inventory?.prune({}, false);
    expect(inventory?.fileBytes()).toBeLessThan(before / 4);
    inventory?.close();
  });

  test("is none where there is no file, and makes none", async () => {
    using scratch = scratchFolder();
    expect(await openInventory(join(scratch.path, "replies.db"))).toBeUndefined();
    expect(() => readFileSync(join(scratch.path, "replies.db"))).toThrow("ENOENT");
  });
});
