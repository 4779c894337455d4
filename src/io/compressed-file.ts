import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** A file that can be read at any offset. */
export interface PlainFile {
  readonly file: string;
  /** Removes what was made for it; harmless when called twice. */
  release(): void;
}

/**
 * The file itself, or the contents of a `.gz` or `.zst` in a temporary file that only its owner can read.
 *
 * @throws what zlib says of a damaged file
 */
export async function plainFile(file: string): Promise<PlainFile> {
  const inflate = file.endsWith(".gz") ? createGunzip() : file.endsWith(".zst") ? createZstdDecompress() : undefined;
  if (inflate === undefined) return { file, release: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "finegauge-"));
  const release = () => rmSync(folder, { recursive: true, force: true });
  const plain = join(folder, "data.jsonl");
  try {
    await pipeline(createReadStream(file), inflate, createWriteStream(plain, { mode: 0o600 }));
  } catch (error) {
    release();
    throw error;
  }
  return { file: plain, release };
}
