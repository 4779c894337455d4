import { closeSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { descriptorsOf, fillDisk, onLinux } from "../../test/support/descriptors.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { appendTo } from "./append-file.ts";

const disk = vi.hoisted(() => ({ events: [] as string[], syncing: 0, most: 0 }));

/** The real file system, and a note of what reaches the kernel and what the disk. */
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const writeSync = (...args: Parameters<typeof fs.writeSync>) => {
    disk.events.push("write");
    return fs.writeSync(...args);
  };
  const fdatasync: typeof fs.fdatasync = Object.assign(
    (fd: number, done: (error: NodeJS.ErrnoException | null) => void) => {
      disk.most = Math.max(disk.most, ++disk.syncing);
      disk.events.push("sync");
      fs.fdatasync(fd, (error) => {
        disk.syncing--;
        done(error);
      });
    },
    { __promisify__: fs.fdatasync.__promisify__ },
  );
  return { ...fs, writeSync, fdatasync };
});

const content = (file: string) => readFileSync(file, "utf8");

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

beforeEach(() => Object.assign(disk, { events: [], syncing: 0, most: 0 }));

describe("appendTo", () => {
  test("has every line with the kernel when the turn is over", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const appender = appendTo(file);
    appender.append("a\n");
    appender.append("b\n");
    await nextTurn();
    expect(content(file)).toBe("a\nb\n");
    await Promise.resolve().then(() => appender.append("c\n"));
    await nextTurn();
    expect(content(file)).toBe("a\nb\nc\n");
    await appender.close();
  });

  test("keeps the order of many lines over many turns", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const appender = appendTo(file);
    const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${"é".repeat(i % 97)}\n`);
    for (const [at, line] of lines.entries()) {
      appender.append(line);
      if (at % 7 === 0) await nextTurn();
      if (at % 500 === 0) void appender.sync();
    }
    await appender.close();
    expect(content(file)).toBe(lines.join(""));
  });

  test("adds to what is there", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    for (const line of ["a\n", "b\n"]) {
      const appender = appendTo(file);
      appender.append(line);
      await appender.close();
    }
    expect(content(file)).toBe("a\nb\n");
  });

  test("has written what came before a sync when the sync is done, also when one was under way", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const appender = appendTo(file);
    appender.append("a\n");
    const first = appender.sync();
    appender.append("b\n");
    await appender.sync();
    expect(content(file)).toBe("a\nb\n");
    await first;
    await appender.close();
  });

  test("writes once a turn, and syncs soon after without being asked", async () => {
    const appender = appendTo(join(temporaryFolder(), "run.jsonl"));
    for (const line of ["a\n", "b\n", "c\n"]) appender.append(line);
    await expect.poll(() => disk.events).toEqual(["write", "sync"]);
    appender.append("d\n");
    await expect.poll(() => disk.events).toEqual(["write", "sync", "write", "sync"]);
    await appender.close();
    expect(disk.events).toEqual(["write", "sync", "write", "sync"]);
  });

  test("syncs one at a time, and once more what was written meanwhile", async () => {
    const appender = appendTo(join(temporaryFolder(), "run.jsonl"));
    const syncs: Promise<void>[] = [];
    for (let round = 0; round < 30; round++) {
      appender.append(`${round}\n`);
      syncs.push(appender.sync());
      if (round % 3 === 0) await nextTurn();
    }
    await appender.close();
    await Promise.all(syncs);
    expect(disk.most).toBe(1);
    expect(disk.events.at(-1)).toBe("sync");
    expect(disk.events.filter((event) => event === "write")).toHaveLength(30);
  });

  test("leaves no timer behind when it is closed", async () => {
    const before = timers();
    const appender = appendTo(join(temporaryFolder(), "run.jsonl"));
    appender.append("a\n");
    await nextTurn();
    expect(timers()).toBe(before + 1);
    await appender.close();
    expect(timers()).toBe(before);
  });

  onLinux("closing writes what was appended in the same turn, and lets go of the file once", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const appender = appendTo(file);
    appender.append("a\n");
    expect(descriptorsOf(file)).toHaveLength(1);
    await Promise.all([appender.close(), appender.close()]);
    expect(content(file)).toBe("a\n");
    expect(descriptorsOf(file)).toEqual([]);
  });

  test("takes nothing more once it is being closed: it could only be lost", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const appender = appendTo(file);
    appender.append("a\n");
    const closing = appender.close();
    expect(() => appender.append("b\n")).toThrow("is closed");
    await closing;
    expect(() => appender.append("c\n")).toThrow("is closed");
    await nextTurn();
    expect(content(file)).toBe("a\n");
  });

  onLinux.each(["append", "sync", "close"] as const)("a full disk is told by the next %s", async (method) => {
    const appender = appendTo("/dev/full");
    appender.append("a\n");
    await nextTurn();
    const full = expect.objectContaining({
      code: "run.disk",
      more: expect.objectContaining({ where: { file: "/dev/full" }, hint: expect.stringContaining("free some space") }),
    });
    if (method === "append") expect(() => appender.append("b\n")).toThrow(full);
    else await expect(appender[method]()).rejects.toEqual(full);
    await expect(appender.close()).rejects.toEqual(full);
    expect(descriptorsOf("/dev/full")).toEqual([]);
  });

  onLinux("a full disk that shows itself only at the last write is told by close", async () => {
    const appender = appendTo("/dev/full");
    appender.append("a\n");
    await expect(appender.close()).rejects.toMatchObject({ code: "run.disk" });
  });

  onLinux("a disk that fills up later loses nothing silently", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const appender = appendTo(file);
    appender.append("a\n");
    await appender.sync();
    fillDisk(file);
    appender.append("b\n");
    await nextTurn();
    expect(() => appender.append("c\n")).toThrow(expect.objectContaining({ code: "run.disk" }));
    await expect(appender.close()).rejects.toMatchObject({ code: "run.disk" });
    expect(content(file)).toBe("a\n");
  });

  onLinux("a file that was closed underneath is told by close", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const appender = appendTo(file);
    for (const fd of descriptorsOf(file)) closeSync(fd);
    await expect(appender.close()).rejects.toMatchObject({ code: "run.disk" });
  });

  test("a file that cannot be opened is the disk's fault, not ours", () => {
    const file = join(temporaryFolder(), "nowhere", "run.jsonl");
    expect(() => appendTo(file)).toThrow(expect.objectContaining({ code: "run.disk" }));
    expect(existsSync(file)).toBe(false);
  });
});
