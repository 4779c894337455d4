import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { finderVersion } from "../core/leakage.ts";
import { replaceFile } from "../io/replace-file.ts";
import { type LeakFile, leakFileLines, parseLeakFile } from "./leakage-file.ts";

/** What was held against what: by content, so that a file may be renamed or moved. */
export interface LeakKey {
  readonly out: string;
  readonly trainHash: string;
  readonly evalHash: string;
  /** By `readAs`: the same bytes are other rows as `.csv` than as `.txt`. */
  readonly trainAs: readonly string[];
}

/** What says how training files are read. */
export function readAs(files: readonly string[]): string[] {
  return files.map((file) => extname(file.replace(/\.(gz|zst)$/i, "")).toLowerCase());
}

/** In a hidden folder, where nobody looks for runs. */
function leakCacheFile({ out, trainHash, evalHash, trainAs }: LeakKey): string {
  return join(out, ".cache", "leaks", `${hashJson([trainHash, evalHash, trainAs, finderVersion])}.jsonl`);
}

/** What was found before; undefined where nobody looked, or the file is not whole. */
export function keptLeaks(key: LeakKey): LeakFile | undefined {
  const file = leakCacheFile(key);
  try {
    const found = parseLeakFile(readFileSync(file, "utf8"), file);
    const { train_hash, eval_hash } = found.head;
    return train_hash === key.trainHash && eval_hash === key.evalHash ? found : undefined;
  } catch (error) {
    if (error instanceof FinegaugeError || (error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}

/** @throws FinegaugeError `run.disk` */
export async function keepLeaks(key: LeakKey, found: LeakFile): Promise<void> {
  await replaceFile(leakCacheFile(key), leakFileLines(found));
}

/** The first 16 digits of SHA-256 over the files one after the other. Reads them in pieces: training data may be larger than memory. */
export async function filesHash(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  }
  return hash.digest("hex").slice(0, 16);
}
