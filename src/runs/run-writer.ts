import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { EndLine, RunLine, SampleLine, ScoreLine, SessionLine } from "../core/run-line.ts";
import { type Appender, appendTo } from "../io/append-file.ts";
import { lockFile } from "../io/file-lock.ts";
import { syncFolder } from "../io/replace-file.ts";
import { type Recovered, recoverRun } from "./recover-run.ts";

/** A run file while its run goes on; locked until it is closed or removed. */
export interface RunWriter {
  readonly file: string;
  /** @param line JSON text with its newline */
  append(line: string): void;
  /** Writes the run's last line, waits for the disk, and lets go of the file. */
  end(line: EndLine): Promise<void>;
  /** Lets go without a last line: the run is unfinished. */
  abandon(): Promise<void>;
  /** Takes the file away again: nothing in it is worth keeping. */
  remove(): Promise<void>;
}

/** Starts a run file with its first line. */
export function createRun(file: string, line: RunLine, redact: (text: string) => string): RunWriter {
  const made = mkdirSync(dirname(file), { recursive: true });
  const unlock = lockFile(file);
  const writer = open(file, unlock, redact, made);
  writer.append(`${JSON.stringify(line)}\n`);
  syncFolder(dirname(file));
  return writer;
}

/**
 * Opens an unfinished run to go on with it.
 *
 * @throws FinegaugeError `run.locked`, `run.resume-mismatch`, `run.corrupt`
 */
export async function resumeRun(
  file: string,
  expected: { readonly resumeHash: string; readonly tool: string; readonly build?: string | undefined; readonly at: string },
  visit: { sample(line: SampleLine): void; score(line: ScoreLine): void },
  redact: (text: string) => string,
): Promise<{ writer: RunWriter; recovered: Recovered }> {
  const unlock = lockFile(file);
  try {
    const recovered = await recoverRun(file, expected.resumeHash, visit);
    const writer = open(file, unlock, redact);
    const { at, tool, build } = expected;
    const session: SessionLine = { type: "session", at, tool, ...(build && { build }), dropped_errors: recovered.droppedErrors };
    writer.append(`${JSON.stringify(session)}\n`);
    return { writer, recovered };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** @param made the outermost folder that was made for this file, if any was */
function open(file: string, unlock: () => void, redact: (text: string) => string, made?: string): RunWriter {
  const appender: Appender = appendTo(file);
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
      appender.append(redact(`${JSON.stringify(line)}\n`));
      await release();
    },
    abandon: release,
    async remove() {
      await release();
      rmSync(file, { force: true });
      if (made !== undefined) removeEmptyFolders(resolve(dirname(file)), resolve(made));
    },
  };
}

/** From the innermost folder out, as long as they are empty. */
function removeEmptyFolders(innermost: string, outermost: string): void {
  for (let folder = innermost; folder.startsWith(outermost); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}
