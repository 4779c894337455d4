import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** What is read more than once. */
export interface SpooledInput {
  readonly path: string;
  /** As messages show it. */
  readonly name: string;
  /** Removes what was made for it. */
  release(): void;
}

/** A file as it is; standard input in a temporary file that only its owner can read. */
export async function spooledInput(input: string): Promise<SpooledInput> {
  if (input !== "-") return { path: input, name: input, release: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "finegauge-"));
  const release = () => rmSync(folder, { recursive: true, force: true });
  // Without an ending: it shows by its first row what it is, as standard input always does.
  const path = join(folder, "standard input");
  try {
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    release();
    throw error;
  }
  return { path, name: "standard input", release };
}
