import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { FinegaugeError } from "../core/errors.ts";

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
 * @throws FinegaugeError `run.locked` when somebody holds it
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  const mine: Holder = { pid: process.pid, host: hostname(), born: bornOf(process.pid), since: new Date().toISOString() };
  for (let round = 0; ; round++) {
    // Linked, not created in place: a lock without its holder's name would never be known to be dead.
    const draft = `${lock}.${process.pid}.new`;
    writeFileSync(draft, JSON.stringify(mine));
    try {
      linkSync(draft, lock);
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const text = read(lock);
    if (round < 3 && (text === undefined || (isGone(text) && moveAway(lock, text)))) continue;
    throw new FinegaugeError("run.locked", `another process is writing ${file}${describe(text)}`, {
      where: { file },
      hint: `wait for it, or delete ${lock} if you are sure that it no longer runs`,
    });
  }
}

/** Whether somebody alive holds the lock of a file. */
export function isLocked(file: string): boolean {
  const text = read(`${file}.lock`);
  return text !== undefined && !isGone(text);
}

function read(lock: string): string | undefined {
  try {
    return readFileSync(lock, "utf8");
  } catch {
    return undefined;
  }
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function isGone(text: string): boolean {
  const holder = parse(text);
  if (holder === undefined || holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  return holder.born !== null && bornOf(holder.pid) !== holder.born;
}

/** Two may find the same dead lock: who moves away something else than what it read has taken a living one, and puts it back. */
function moveAway(lock: string, seen: string): boolean {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return true;
  }
  if (read(aside) === seen) {
    rmSync(aside, { force: true });
    return true;
  }
  renameSync(aside, lock);
  return false;
}

function bornOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function describe(text: string | undefined): string {
  const holder = text === undefined ? undefined : parse(text);
  return holder === undefined ? "" : ` (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
}
