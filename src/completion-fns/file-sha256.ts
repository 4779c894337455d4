import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** SHA-256 of files one after the other, in hex. Reads them in pieces: a model does not fit into a buffer. */
export async function fileSha256(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
