import { FinegaugeError, messageOf } from "../core/errors.ts";
import { type PlainFile, plainFile } from "../io/compressed-file.ts";

/**
 * A data file, decompressed if need be.
 *
 * @param shown the file as messages call it
 * @throws FinegaugeError `data.invalid` for a damaged archive, or one of a kind that is not read
 */
export async function readableFile(path: string, shown: string): Promise<PlainFile> {
  const where = { file: shown };
  if (path.endsWith(".lz4")) {
    throw new FinegaugeError("data.invalid", `${shown} is LZ4, which is not read`, {
      where,
      hint: "decompress it, or use .gz or .zst",
    });
  }
  if (/\.(csv|tsv|xlsx?)$/i.test(path)) {
    throw new FinegaugeError("data.invalid", `${shown} is a table; samples are JSON lines`, {
      where,
      hint: 'one line each: {"input": "…", "ideal": "…"}',
    });
  }
  try {
    return await plainFile(path);
  } catch (cause) {
    throw new FinegaugeError("data.invalid", `${shown} cannot be decompressed: ${messageOf(cause)}`, { where, cause });
  }
}
