import { crc32, deflateRawSync, zstdCompressSync } from "node:zlib";

export type Packing = "stored" | "deflate" | "zstd";

const methods = { stored: 0, deflate: 8, zstd: 93 } as const;

/** A ZIP of these entries, in their order; two may have one name. `method` is written instead of the packing's own. */
export function zipOf(
  entries: readonly (readonly [name: string, text: string])[],
  packing: Packing,
  method: number = methods[packing],
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of entries) {
    const plain = Buffer.from(text);
    const packed = packing === "deflate" ? deflateRawSync(plain) : packing === "zstd" ? zstdCompressSync(plain) : plain;
    const called = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(called.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, called, packed]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, central, called]));
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** An Inspect log as Inspect packs it into `.eval`. */
export function inspectZip(log: { readonly [key: string]: unknown }, packing: Packing = "deflate"): Buffer {
  const { samples = [], version, eval: spec, plan, ...rest } = log;
  const entries = (samples as { id: unknown; epoch: number }[]).map(
    (sample) => [`samples/${sample.id}_epoch_${sample.epoch}.json`, JSON.stringify(sample)] as const,
  );
  return zipOf(
    [
      ["_journal/start.json", JSON.stringify({ version, eval: spec, plan })],
      // The order of finishing, which is not that of the data.
      ...entries.toReversed(),
      ["_journal/summaries/1.json", "[]"],
      ["summaries.json", "[]"],
      ["reductions.json", "[]"],
      ["header.json", JSON.stringify({ version, eval: spec, plan, ...rest })],
    ],
    packing,
  );
}
