import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { descriptorsOf, fillDisk, onLinux } from "../../test/support/descriptors.ts";
import { answered, ended, failed, fileText, lateScore, runLine, session } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { RunFileLine } from "../core/run-line.ts";
import { isLocked } from "../io/file-lock.ts";
import { createRun, resumeRun } from "./run-writer.ts";

const disk = vi.hoisted(() => ({ events: [] as string[] }));

/** The real file system, and a note of what reaches the kernel and what the disk. */
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const writeSync = (...args: Parameters<typeof fs.writeSync>) => {
    disk.events.push(/"type":"(\w+)"/.exec(String(args[1]))?.[1] ?? "other");
    return fs.writeSync(...args);
  };
  const fdatasync = (fd: number, done: (error: NodeJS.ErrnoException | null) => void) =>
    fs.fdatasync(fd, (error) => {
      disk.events.push("synced");
      done(error);
    });
  return { ...fs, writeSync, fdatasync };
});

const asIs = (text: string) => text;
const content = (file: string) => readFileSync(file, "utf8");
const expected = { resumeHash: "r", tool: "finegauge 0.2.0", at: "2026-11-20T11:00:00.000Z" };
const visit = { sample: () => {}, score: () => {} };

describe("createRun", () => {
  test("has the first line on disk in the turn that started the run, and the lock until its end", async () => {
    const file = join(temporaryFolder(), "eval", "model", "run.jsonl");
    const writer = createRun(file, runLine(), asIs);
    expect(isLocked(file)).toBe(true);
    expect(() => createRun(file, runLine(), asIs)).toThrow(expect.objectContaining({ code: "run.locked" }));
    await nextTurn();
    expect(content(file)).toBe(fileText(runLine()));
    writer.append(fileText(answered(0)));
    await writer.end(ended());
    expect(content(file)).toBe(fileText(runLine(), answered(0), ended()));
    expect(readdirSync(dirname(file))).toEqual(["run.jsonl"]);
  });

  test("writes the last line only when the disk has all others, and ends when it has that too", async () => {
    const writer = createRun(join(temporaryFolder(), "run.jsonl"), runLine(), asIs);
    await nextTurn();
    writer.append(fileText(answered(0)));
    disk.events = [];
    await writer.end(ended());
    expect(disk.events).toEqual(["sample", "synced", "end", "synced"]);
  });

  test("redacts every line, the first and the last too", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const writer = createRun(file, runLine({ tool: "secret" }), (line) => line.replaceAll("secret", "[redacted]"));
    writer.append(fileText(answered(0, { id: "a secret" })));
    await writer.end(ended({ reason: "secret" }));
    expect(content(file)).not.toContain("secret");
    expect(content(file).match(/\[redacted\]/g)).toHaveLength(3);
  });

  test("abandoned it is unfinished, whole and free", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const writer = createRun(file, runLine(), asIs);
    writer.append(fileText(answered(0)));
    await writer.abandon();
    expect(content(file)).toBe(fileText(runLine(), answered(0)));
    expect(isLocked(file)).toBe(false);
    expect(() => writer.append("x\n")).toThrow("is closed");
  });

  test("never writes into a file that is there, and leaves no lock on it", () => {
    const file = join(temporaryFolder(), "run.jsonl");
    writeFileSync(file, "mine");
    expect(() => createRun(file, runLine(), asIs)).toThrow("is there already");
    expect(content(file)).toBe("mine");
    expect(isLocked(file)).toBe(false);
  });

  test("removed it leaves nothing: no file, no lock, none of the folders that were made for it", async () => {
    const out = temporaryFolder();
    const file = join(out, "eval", "model", "run.jsonl");
    const writer = createRun(file, runLine(), asIs);
    writer.append(fileText(failed(0)));
    await writer.remove();
    expect(readdirSync(out)).toEqual([]);
  });

  test("removed it leaves the folders that were there, and those that hold something else", async () => {
    const out = temporaryFolder();
    mkdirSync(join(out, "eval"));
    await createRun(join(out, "eval", "model", "run.jsonl"), runLine(), asIs).remove();
    expect(readdirSync(join(out, "eval"))).toEqual([]);

    const writer = createRun(join(out, "eval", "model", "run.jsonl"), runLine(), asIs);
    writeFileSync(join(out, "eval", "model", "note.txt"), "keep");
    await writer.remove();
    expect(readdirSync(join(out, "eval", "model"))).toEqual(["note.txt"]);
  });

  test("a folder that cannot be made is the disk's fault", () => {
    const out = temporaryFolder();
    writeFileSync(join(out, "eval"), "");
    const start = () => createRun(join(out, "eval", "run.jsonl"), runLine(), asIs);
    expect(start).toThrow(expect.objectContaining({ code: "run.disk" }));
  });

  test("a file that cannot be opened is the disk's fault, and is not locked", () => {
    const file = join(temporaryFolder(), "run.jsonl");
    // Leads nowhere: no file yet, and none can be made.
    symlinkSync(join(dirname(file), "nowhere", "run.jsonl"), file);
    expect(() => createRun(file, runLine(), asIs)).toThrow(expect.objectContaining({ code: "run.disk" }));
    expect(isLocked(file)).toBe(false);
  });

  onLinux.each(["append", "end", "abandon"] as const)(
    "says that the disk is full when asked to %s, and lets go",
    async (method) => {
      const file = join(temporaryFolder(), "run.jsonl");
      const writer = createRun(file, runLine(), asIs);
      await nextTurn();
      fillDisk(file);
      writer.append(fileText(answered(0)));
      await nextTurn();
      const full = expect.objectContaining({ code: "run.disk" });
      if (method === "append") {
        expect(() => writer.append(fileText(answered(1)))).toThrow(full);
        await expect(writer.abandon()).rejects.toEqual(full);
      } else await expect(method === "end" ? writer.end(ended()) : writer.abandon()).rejects.toEqual(full);
      expect(content(file)).toBe(fileText(runLine()));
      expect(isLocked(file)).toBe(false);
      expect(descriptorsOf("/dev/full")).toEqual([]);
    },
  );

  onLinux("can be removed from a full disk", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const writer = createRun(file, runLine(), asIs);
    await nextTurn();
    fillDisk(file);
    writer.append(fileText(failed(0)));
    await writer.remove();
    expect(readdirSync(dirname(file))).toEqual([]);
  });
});

describe("resumeRun", () => {
  function fileOf(...lines: readonly (RunFileLine | string)[]): string {
    const file = join(temporaryFolder(), "run.jsonl");
    writeFileSync(file, fileText(...lines));
    return file;
  }

  test("adds a session that says what it asks again and how long the others took", async () => {
    const file = fileOf(runLine(), answered(0), failed(1), ended({ status: "stopped", wall_ms: 700 }));
    const { writer, recovered } = await resumeRun(file, { ...expected, build: "b1" }, visit, asIs);
    expect(recovered.droppedErrors).toBe(1);
    expect(isLocked(file)).toBe(true);
    writer.append(fileText(answered(1)));
    await writer.end(ended());
    const line = session({ at: expected.at, tool: expected.tool, build: "b1", dropped_errors: 1, wall_ms: 700 });
    const lines = content(file)
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(lines).toEqual([runLine(), answered(0), ended({ status: "stopped", wall_ms: 700 }), line, answered(1), ended()]);
    expect(isLocked(file)).toBe(false);
  });

  test("shows what is there", async () => {
    const seen: string[] = [];
    const file = fileOf(runLine(), answered(4), lateScore(4));
    const { writer } = await resumeRun(
      file,
      expected,
      { sample: ({ id }) => void seen.push(`sample ${id}`), score: ({ id }) => void seen.push(`score ${id}`) },
      asIs,
    );
    await writer.abandon();
    expect(seen).toEqual(["sample s4", "score s4"]);
  });

  test("removes a run in which nothing was worth keeping, and not its folder", async () => {
    const file = fileOf(runLine(), failed(0));
    const { writer } = await resumeRun(file, expected, visit, asIs);
    await writer.remove();
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(dirname(file))).toEqual([]);
  });

  test("refuses while somebody writes it", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const writer = createRun(file, runLine(), asIs);
    await expect(resumeRun(file, expected, visit, asIs)).rejects.toMatchObject({ code: "run.locked" });
    await writer.abandon();
    const again = await resumeRun(file, expected, visit, asIs);
    await again.writer.abandon();
  });

  test.each([
    { name: "another run", lines: [runLine({ resume_hash: "other" })], code: "run.resume-mismatch" },
    { name: "a damaged one", lines: [runLine(), "x\n"], code: "run.corrupt" },
  ])("gives the lock of $name back", async ({ lines, code }) => {
    const file = fileOf(...lines);
    await expect(resumeRun(file, expected, visit, asIs)).rejects.toMatchObject({ code });
    expect(isLocked(file)).toBe(false);
    expect(content(file)).toBe(fileText(...lines));
  });
});
