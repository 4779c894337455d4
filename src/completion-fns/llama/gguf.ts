import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FinegaugeError } from "../../core/errors.ts";
import { ggmlBlocks } from "./ggml-types.ts";

/** What the head of a GGUF file says, without its arrays. */
export interface GgufHeader {
  readonly version: number;
  /** Texts, numbers and booleans by key, e.g. `tokenizer.chat_template`. */
  readonly values: ReadonlyMap<string, string | number | boolean>;
  /** Lengths of the arrays, e.g. of `tokenizer.ggml.tokens`. */
  readonly lengths: ReadonlyMap<string, number>;
  /** Of the file on disk. */
  readonly bytes: number;
}

/**
 * Reads the head of a GGUF file and checks that the file is whole, since llama.cpp says no more about a broken one than that it
 * failed to load.
 *
 * @throws FinegaugeError `model.file-invalid` with the first bytes or the number of missing bytes, `data.lfs-pointer`
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function readGguf(file: string): GgufHeader {
  const fd = openSync(file, "r");
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw invalid(file, "this is not a file");
    return parse(file, fd, stats.size);
  } finally {
    closeSync(fd);
  }
}

function parse(file: string, fd: number, size: number): GgufHeader {
  const reader = headReader(file, fd, size);
  checkMagic(file, reader.peek(64));
  reader.skip(4);
  const version = reader.u32();
  if (version !== 2 && version !== 3) {
    const bigEndian = version === 0x02000000 || version === 0x03000000;
    throw invalid(
      file,
      bigEndian ? "the file is for big-endian machines" : `GGUF version ${version} is not supported, only 2 and 3`,
    );
  }
  const tensors = reader.u64();
  const entries = reader.u64();
  if (tensors === 0) throw invalid(file, "the file holds no tensors");
  // No model comes near; a broken count would be read for minutes.
  if (tensors > mostTensors || entries > mostEntries) {
    throw invalid(file, `its header claims ${tensors} tensors and ${entries} entries: the file is damaged`);
  }
  const values = new Map<string, string | number | boolean>();
  const lengths = new Map<string, number>();
  for (let i = 0; i < entries; i++) {
    const key = reader.text();
    const type = reader.u32();
    if (type === arrayType) lengths.set(key, skipArray(file, reader, 0));
    else values.set(key, readValue(file, reader, type));
  }
  let dataBytes = 0;
  for (let i = 0; i < tensors; i++) dataBytes = Math.max(dataBytes, tensorEnd(reader));
  const alignment = Number(values.get("general.alignment") ?? 32);
  if (!(alignment >= 1)) throw invalid(file, `its header has the alignment ${alignment}`);
  const end = Math.ceil(reader.at() / alignment) * alignment + dataBytes;
  if (end > size) {
    throw invalid(file, `the file is cut short: ${end - size} of ${end} bytes are missing`, "copy or download it again");
  }
  return { version, values, lengths, bytes: size };
}

const mostTensors = 1_000_000;
const mostEntries = 100_000;
const longestText = 64 * 1024 * 1024;
/** Ten times the largest vocabulary there is. */
const longestArray = 10_000_000;

type HeadReader = ReturnType<typeof headReader>;

/** Reads forward through a window, so that a vocabulary of 200,000 texts costs a few system calls. */
function headReader(file: string, fd: number, size: number) {
  let window = Buffer.alloc(0);
  let windowStart = 0;
  let at = 0;
  const take = (count: number): number => {
    if (!(at + count <= size))
      throw invalid(file, `the file is cut short: it ends after ${size} bytes, inside its header`, "copy or download it again");
    if (at < windowStart || at + count > windowStart + window.length) {
      window = Buffer.alloc(Math.min(Math.max(count, 1 << 20), size - at));
      const read = readSync(fd, window, 0, window.length, at);
      if (read < count) throw invalid(file, "the file became shorter while it was read");
      window = window.subarray(0, read);
      windowStart = at;
    }
    const offset = at - windowStart;
    at += count;
    return offset;
  };
  // `take` may replace the window, so it has to run before the window is read.
  const read = <T>(count: number, get: (window: Buffer, offset: number) => T): T => {
    const offset = take(count);
    return get(window, offset);
  };
  const u64 = () => read(8, (from, offset) => Number(from.readBigUInt64LE(offset)));
  return {
    at: () => at,
    peek: (count: number): Buffer => {
      const length = Math.min(count, size);
      const offset = take(length);
      at -= length;
      return window.subarray(offset, offset + length);
    },
    skip: (count: number) => {
      if (!(at + count <= size)) take(count);
      at += count;
    },
    read,
    u32: () => read(4, (from, offset) => from.readUInt32LE(offset)),
    u64,
    text: () => {
      const length = u64();
      if (length > longestText) throw invalid(file, `its header claims a text of ${length} bytes: the file is damaged`);
      return read(length, (from, offset) => from.toString("utf8", offset, offset + length));
    },
  };
}

const textType = 8;
const arrayType = 9;
/** Bytes of a number or boolean, by its type in the file, and how to read it. */
const scalars: { readonly [type: number]: { bytes: number; get: (from: Buffer, offset: number) => number | boolean } } = {
  0: { bytes: 1, get: (from, offset) => from.readUInt8(offset) },
  1: { bytes: 1, get: (from, offset) => from.readInt8(offset) },
  2: { bytes: 2, get: (from, offset) => from.readUInt16LE(offset) },
  3: { bytes: 2, get: (from, offset) => from.readInt16LE(offset) },
  4: { bytes: 4, get: (from, offset) => from.readUInt32LE(offset) },
  5: { bytes: 4, get: (from, offset) => from.readInt32LE(offset) },
  6: { bytes: 4, get: (from, offset) => from.readFloatLE(offset) },
  7: { bytes: 1, get: (from, offset) => from.readUInt8(offset) !== 0 },
  10: { bytes: 8, get: (from, offset) => Number(from.readBigUInt64LE(offset)) },
  11: { bytes: 8, get: (from, offset) => Number(from.readBigInt64LE(offset)) },
  12: { bytes: 8, get: (from, offset) => from.readDoubleLE(offset) },
};

function readValue(file: string, reader: HeadReader, type: number): string | number | boolean {
  if (type === textType) return reader.text();
  const scalar = scalars[type];
  if (scalar === undefined) throw invalid(file, `its header holds a value of the unknown type ${type}`);
  return reader.read(scalar.bytes, scalar.get);
}

function skipArray(file: string, reader: HeadReader, depth: number): number {
  const type = reader.u32();
  const length = reader.u64();
  const scalar = scalars[type];
  if (length > longestArray) throw invalid(file, `its header claims an array of ${length} values: the file is damaged`);
  if (scalar !== undefined) reader.skip(length * scalar.bytes);
  else if (type === textType) for (let i = 0; i < length; i++) reader.skip(reader.u64());
  else if (type === arrayType && depth < 4) for (let i = 0; i < length; i++) skipArray(file, reader, depth + 1);
  else throw invalid(file, `its header holds an array of the unknown type ${type}`);
  return length;
}

/** Where a tensor ends, in bytes from the start of the tensors. */
function tensorEnd(reader: HeadReader): number {
  reader.text();
  const dimensions = reader.u32();
  let elements = 1;
  for (let i = 0; i < dimensions; i++) elements *= reader.u64();
  const block = ggmlBlocks.get(reader.u32());
  const offset = reader.u64();
  // A type newer than this table: at least its start must be there.
  return block === undefined ? offset : offset + Math.ceil(elements / block.elements) * block.bytes;
}

function checkMagic(file: string, head: Buffer): void {
  const start = head.toString("latin1");
  if (start.startsWith("GGUF")) return;
  if (start.startsWith("version https://git-lfs")) {
    throw new FinegaugeError("data.lfs-pointer", "the file is a Git LFS pointer, not the model", {
      where: { file },
      hint: "git lfs pull",
    });
  }
  const hint = "convert the model with llama.cpp's convert_hf_to_gguf.py, or name its .gguf file";
  throw invalid(
    file,
    `this is no GGUF file: it ${head.length === 0 ? "is empty" : `starts with ${looksLike(head, start)}`}`,
    hint,
  );
}

function looksLike(head: Buffer, start: string): string {
  const shown = `${JSON.stringify(start.slice(0, 8).replace(/[^ -~]/g, "."))} (${head.subarray(0, 8).toString("hex")})`;
  const kinds: readonly [RegExp, string][] = [
    [/^PK/, "a zip file such as a PyTorch checkpoint"],
    [/^.{8}\{"/s, "safetensors"],
    [/^(ggml|lmgg|fmgg|tjgg|algg)/, "a model file older than GGUF"],
    [/^\s*<(!doctype|html)/i, "a web page: probably a failed download"],
    [/^\s*[{[]/, "JSON"],
  ];
  const kind = kinds.find(([pattern]) => pattern.test(start));
  return kind === undefined ? shown : `${shown}, like ${kind[1]}`;
}

function invalid(file: string, message: string, hint?: string): FinegaugeError {
  return new FinegaugeError("model.file-invalid", message, { where: { file }, hint });
}
