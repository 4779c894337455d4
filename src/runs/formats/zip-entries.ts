import { promisify } from "node:util";
import { inflateRaw, zstdDecompress } from "node:zlib";
import { openPromise, type ZipFile } from "yauzl";
import { FinegaugeError, messageOf } from "../../core/errors.ts";

/** A ZIP file that stays open until it is closed. */
export interface ZipEntries {
  /** By name; of two of one name the later one, which took the place of the other. */
  readonly names: ReadonlySet<string>;
  text(name: string): Promise<string>;
  close(): void;
}

/** More than any text may have: an entry that claims so much is made to fill memory. */
const mostBytes = 2 ** 29 - 24;

const methods = { stored: 0, deflate: 8, zstd: 93 };

/** @throws FinegaugeError `run.corrupt` for what is no ZIP, is cut short, or is packed in a way that is not read here */
export async function zipEntries(file: string): Promise<ZipEntries> {
  // Names are never used as paths, so none is refused for what it would do as one.
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch((cause: unknown) => {
    throw damaged(file, messageOf(cause), cause);
  });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileNameRaw.toString("utf8"), entry);
    return {
      names: new Set(entries.keys()),
      async text(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw damaged(file, `it has no ${name}`);
        try {
          return (await contents(zip, entry)).toString("utf8");
        } catch (cause) {
          throw damaged(file, `${name}: ${messageOf(cause)}`, cause);
        }
      },
      close: () => zip.close(),
    };
  } catch (cause) {
    zip.close();
    throw cause instanceof FinegaugeError ? cause : damaged(file, messageOf(cause), cause);
  }
}

type Entry = Parameters<ZipFile["openReadStreamPromise"]>[0];

async function contents(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry;
  if (compressedSize > mostBytes || uncompressedSize > mostBytes) throw new Error(`${uncompressedSize} bytes are too many`);
  if (entry.isEncrypted()) throw new Error("it is encrypted");
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry, { decodeFileData: false })) chunks.push(chunk as Buffer);
  const packed = Buffer.concat(chunks);
  const limit = { maxOutputLength: Math.max(1, uncompressedSize) };
  if (method === methods.stored) return packed;
  if (method === methods.deflate) return promisify(inflateRaw)(packed, limit) as Promise<Buffer>;
  if (method === methods.zstd) return promisify(zstdDecompress)(packed, limit) as Promise<Buffer>;
  throw new Error(`it is packed by method ${method}; stored, deflate and zstd are read`);
}

function damaged(file: string, what: string, cause?: unknown): FinegaugeError {
  return new FinegaugeError("run.corrupt", `${file} cannot be read as a ZIP: ${what}`, {
    where: { file },
    hint: "copy the log again; one that is still being written has its last part later",
    cause,
  });
}
