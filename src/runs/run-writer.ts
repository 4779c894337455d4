import { existsSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { EndLine, RunLine, SessionLine } from "../core/run-line.ts";
import { appendTo } from "../io/append-file.ts";
import { lockFile } from "../io/file-lock.ts";
import { makeFolder, syncFolder } from "../io/folder.ts";
import { type Recovered, recoverRun, type Visit } from "./recover-run.ts";

/** A run file while its run goes on; locked until it is ended, abandoned or removed, whether or not that succeeds. */
export interface RunWriter {
  readonly file: string;
  /**
   * @param line JSON text with its newline
   * @throws FinegaugeError `run.disk` when an earlier write failed
   */
  append(line: string): void;
  /** Writes the run's last line once the disk has all others, waits for the disk again, and lets go of the file. */
  end(line: EndLine): Promise<void>;
  /** Lets go without a last line: the run is unfinished. */
  abandon(): Promise<void>;
  /** Takes the file away again: nothing in it is worth keeping. */
  remove(): Promise<void>;
}

/**
 * Starts a run file with its first line.
 *
 * @throws FinegaugeError `run.locked`, `run.disk`
 */
export function createRun(file: string, line: RunLine, redact: (text: string) => string): RunWriter {
  const madeFolder = makeFolder(dirname(file));
  const unlock = lockFile(file);
  try {
    if (existsSync(file)) throw new Error(`${file} is there already`);
    const writer = open({ file, unlock, redact, madeFolder });
    writer.append(`${JSON.stringify(line)}\n`);
    syncFolder(dirname(file));
    return writer;
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Opens an unfinished run to go on with it.
 *
 * @throws FinegaugeError `run.locked`, `run.disk`, and what `recoverRun` throws
 */
export async function resumeRun(
  file: string,
  expected: { readonly resumeHash: string; readonly tool: string; readonly build?: string | undefined; readonly at: string },
  visit: Visit,
  redact: (text: string) => string,
): Promise<{ writer: RunWriter; recovered: Recovered }> {
  const unlock = lockFile(file);
  try {
    const recovered = await recoverRun(file, expected.resumeHash, visit);
    const writer = open({ file, unlock, redact, madeFolder: undefined });
    const { at, tool, build } = expected;
    const { droppedErrors: dropped_errors, wallMs: wall_ms } = recovered;
    const session: SessionLine = { type: "session", at, tool, ...(build && { build }), dropped_errors, wall_ms };
    writer.append(`${JSON.stringify(session)}\n`);
    return { writer, recovered };
  } catch (error) {
    unlock();
    throw error;
  }
}

interface Opening {
  readonly file: string;
  readonly unlock: () => void;
  readonly redact: (text: string) => string;
  /** The topmost folder that was made for the file, to be taken away with it. */
  readonly madeFolder: string | undefined;
}

function open({ file, unlock, redact, madeFolder }: Opening): RunWriter {
  const appender = appendTo(file);
  const release = async () => {
    try {
      await appender.close();
    } finally {
      unlock();
    }
  };
  return {
    file,
    append: (line) => appender.append(redact(line)),
    async end(line) {
      try {
        await appender.sync();
        appender.append(redact(`${JSON.stringify(line)}\n`));
      } finally {
        await release();
      }
    },
    abandon: release,
    async remove() {
      // What could not be written is no loss: it goes away in any case.
      await appender.close().catch(() => {});
      try {
        rmSync(file, { force: true });
      } finally {
        unlock();
      }
      if (madeFolder !== undefined) removeEmpty(dirname(resolve(file)), madeFolder);
    },
  };
}

/** Removes empty folders upwards, as far as `top`. */
function removeEmpty(folder: string, top: string): void {
  for (let at = folder; at.length >= top.length; at = dirname(at)) {
    try {
      rmdirSync(at);
    } catch {
      return;
    }
  }
}
