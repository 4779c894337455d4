import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { onLinux } from "../../test/support/descriptors.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { hash64 } from "../core/hash.ts";
import { isLocked, lockFile } from "./file-lock.ts";

const program = join(import.meta.dirname, "../../test/support/take-lock.ts");

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ["--no-warnings", program, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** The first lines that a process says. */
async function linesOf(child: ChildProcess, count = 1): Promise<string[]> {
  let text = "";
  for (;;) {
    const lines = text.split("\n");
    if (lines.length > count) return lines.slice(0, count);
    const [chunk] = await once(child.stdout as NodeJS.ReadableStream, "data");
    text += String(chunk);
  }
}

/** A process that has been and gone. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid as number;
}

const held = (text: string) => expect.objectContaining({ code: "run.locked", message: expect.stringContaining(text) });
const holder = (more: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), born: null, since: "2026-11-20T10:15:00.000Z", ...more });

function lockedBy(text: string): string {
  const file = join(temporaryFolder(), "run.jsonl");
  writeFileSync(`${file}.lock`, text);
  return file;
}

describe("lockFile", () => {
  test("refuses the second who wants it, and says who holds it and what to do", () => {
    const file = join(temporaryFolder(), "run.jsonl");
    expect(isLocked(file)).toBe(false);
    const unlock = lockFile(file);
    expect(isLocked(file)).toBe(true);
    expect(() => lockFile(file)).toThrow(held(`process ${process.pid} on ${hostname()}`));
    expect(() => lockFile(file)).toThrow(
      expect.objectContaining({ more: { where: { file }, hint: expect.stringContaining(`delete ${file}.lock`) } }),
    );
    unlock();
    expect(isLocked(file)).toBe(false);
    lockFile(file)();
  });

  test("refuses while another process holds it, and takes it over when that one was killed", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const child = start(file);
    expect(await linesOf(child)).toEqual(["held"]);
    expect(isLocked(file)).toBe(true);
    expect(() => lockFile(file)).toThrow(held(`process ${child.pid}`));
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isLocked(file)).toBe(false);
    const unlock = lockFile(file);
    expect(isLocked(file)).toBe(true);
    unlock();
  });

  onLinux("takes it over from a killed process that nobody has waited for", async () => {
    const file = join(temporaryFolder(), "run.jsonl");
    // The shell becomes `sleep`, which never asks how its child ended.
    const script = 'exec 3<&0; "$0" --no-warnings "$1" "$2" <&3 & echo $!; exec sleep 60';
    const parent = spawn("sh", ["-c", script, process.execPath, program, file], { stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const [pid, said] = await linesOf(parent, 2);
    expect(said).toBe("held");
    expect(isLocked(file)).toBe(true);
    process.kill(Number(pid), "SIGKILL");
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "utf8")).toContain(") Z ");
    expect(isLocked(file)).toBe(false);
    lockFile(file)();
  });

  test("of many that find the same dead lock exactly one gets it", async () => {
    const folder = temporaryFolder();
    const dead = holder({ pid: await deadPid() });
    const files = Array.from({ length: 60 }, (_, i) => join(folder, `run-${i}.jsonl`));
    for (const file of files) writeFileSync(`${file}.lock`, dead);
    const begin = String(Date.now() + 1500);
    const racers = Array.from({ length: 5 }, () => start("--race", begin, ...files));
    const got = await Promise.all(racers.map(async (racer) => JSON.parse((await linesOf(racer)).join()) as string[]));
    expect(got.flat().sort()).toEqual([...files].sort());
    expect(new Set(readdirSync(folder))).toEqual(new Set(files.map((file) => `${file.slice(folder.length + 1)}.lock`)));
  });

  test("goes on with a takeover whose taker died in the middle of it", async () => {
    const dead = holder({ pid: await deadPid() });
    const file = lockedBy(dead);
    const claim = `${file}.lock.${hash64(dead)}`;
    writeFileSync(claim, holder({ pid: await deadPid(), since: "later" }));
    const unlock = lockFile(file);
    expect(isLocked(file)).toBe(true);
    expect(existsSync(claim)).toBe(false);
    unlock();
  });

  test("leaves a takeover to a living process that is at it", async () => {
    const dead = holder({ pid: await deadPid() });
    const file = lockedBy(dead);
    writeFileSync(`${file}.lock.${hash64(dead)}`, holder({ since: "just now" }));
    expect(() => lockFile(file)).toThrow(held("since just now"));
    expect(readFileSync(`${file}.lock`, "utf8")).toBe(dead);
  });

  test.each([
    { name: "of a machine that we know nothing about", text: holder({ pid: 1, host: "elsewhere" }), says: "on elsewhere" },
    { name: "of this very process, taken another time", text: holder({}), says: `process ${process.pid}` },
    { name: "that says nothing", text: "", says: "another process" },
    { name: "that holds nonsense", text: '{"pid":"1"}', says: "another process" },
  ])("never takes over a lock $name", ({ text, says }) => {
    const file = lockedBy(text);
    expect(isLocked(file)).toBe(true);
    expect(() => lockFile(file)).toThrow(held(says));
    expect(readFileSync(`${file}.lock`, "utf8")).toBe(text);
  });

  test("a lock that cannot be read is somebody's", () => {
    const file = join(temporaryFolder(), "run.jsonl");
    mkdirSync(`${file}.lock`);
    expect(isLocked(file)).toBe(true);
    expect(() => lockFile(file)).toThrow(held("another process"));
  });

  onLinux("sees that a number belongs to a later process than the one that took the lock", () => {
    const file = lockedBy(holder({ born: "1" }));
    expect(isLocked(file)).toBe(false);
    const unlock = lockFile(file);
    expect(isLocked(file)).toBe(true);
    unlock();
  });

  test("gives back its own lock alone", () => {
    const file = join(temporaryFolder(), "run.jsonl");
    const unlock = lockFile(file);
    writeFileSync(`${file}.lock`, holder({ since: "after somebody deleted ours" }));
    unlock();
    expect(isLocked(file)).toBe(true);
  });

  test("leaves nothing beside the file", () => {
    const folder = temporaryFolder();
    const unlock = lockFile(join(folder, "run.jsonl"));
    expect(readdirSync(folder)).toEqual(["run.jsonl.lock"]);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder that cannot be written is the disk's fault", () => {
    const file = join(temporaryFolder(), "nowhere", "run.jsonl");
    expect(() => lockFile(file)).toThrow(expect.objectContaining({ code: "run.disk" }));
  });
});
