import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { FinegaugeError } from "../core/errors.ts";
import { hash64 } from "../core/hash.ts";
import { diskError } from "./disk-error.ts";

interface Holder {
  pid: number;
  host: string;
  /** Start of the process in clock ticks since boot; tells a process from a later one with the same number. */
  born: string | null;
  since: string;
}

/**
 * Takes the lock of a file: `<file>.lock` beside it, made by its holder alone. A lock whose process is gone is taken over.
 *
 * @returns gives the lock back
 * @throws FinegaugeError `run.locked` when somebody holds it, `run.disk`
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  const holder: Holder = { pid: process.pid, host: hostname(), born: bornOf(process.pid), since: new Date().toISOString() };
  const mine = JSON.stringify(holder);
  let rival: string | undefined;
  try {
    rival = take(lock, mine);
  } catch (error) {
    throw diskError(file, error);
  }
  if (rival === undefined) return () => giveBack(lock, mine);
  throw new FinegaugeError("run.locked", `another process is writing ${file}${describe(rival)}`, {
    where: { file },
    hint: `wait for it, or delete ${lock} if you are sure that it no longer runs`,
  });
}

/** Whether somebody alive holds the lock of a file. */
export function isLocked(file: string): boolean {
  const text = read(`${file}.lock`);
  return text !== undefined && !isGone(text);
}

const deepest = 4;

/**
 * Many may find the same dead lock. Only who holds the claim on that very lock, itself a lock, may write over it: in one step, so that
 * the lock is never away and never two people's. A process that died with a claim leaves a dead lock like any other.
 *
 * @returns what the holder wrote who was there first; undefined = it is ours
 */
function take(lock: string, mine: string, depth = 1): string | undefined {
  for (;;) {
    if (place(lock, mine)) return undefined;
    const seen = read(lock);
    if (seen === undefined) continue;
    if (!isGone(seen) || depth === deepest) return seen;
    const claim = `${lock}.${hash64(seen)}`;
    const rival = take(claim, mine, depth + 1);
    if (rival !== undefined) return rival;
    try {
      if (read(lock) !== seen) continue;
      overwrite(lock, mine);
      return undefined;
    } finally {
      giveBack(claim, mine);
    }
  }
}

/** Linked, not created in place: a lock without its holder's name would never be known to be dead. */
function place(lock: string, mine: string): boolean {
  const draft = write(lock, mine);
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOSYS" && code !== "ENOTSUP" && code !== "EOPNOTSUPP") throw error;
    return create(lock, mine);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For file systems without links, such as FAT. */
function create(lock: string, mine: string): boolean {
  try {
    writeFileSync(lock, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function overwrite(lock: string, mine: string): void {
  const draft = write(lock, mine);
  try {
    renameSync(draft, lock);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function write(lock: string, mine: string): string {
  const draft = `${lock}.${randomBytes(6).toString("hex")}.new`;
  writeFileSync(draft, mine, { flag: "wx" });
  return draft;
}

function giveBack(lock: string, mine: string): void {
  if (read(lock) === mine) rmSync(lock, { force: true });
}

/** undefined: there is no lock. One that cannot be read is somebody's. */
function read(lock: string): string | undefined {
  try {
    return readFileSync(lock, "utf8");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "";
  }
}

function parse(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Holder | null;
    return Number.isInteger(value?.pid) ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** Of another machine's processes nothing is known: its locks count as held. */
function isGone(text: string): boolean {
  const holder = parse(text);
  if (holder === undefined || holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  const born = bornOf(holder.pid);
  return holder.born !== null && born !== null && born !== holder.born;
}

/** null: not known. A process that has ended but was not yet waited for is nobody's birth: "". */
function bornOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name may hold blanks and brackets; behind it stand state (1st) and start time (20th).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "" : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function describe(text: string): string {
  const holder = parse(text);
  return holder === undefined ? "" : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
}
