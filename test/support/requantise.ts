/** What a model's matrices can be written in, by ggml's numbers of the tensor type and of the file type. */
const kinds = {
  q8_0: { tensor: 8, file: 7, block: eightBits },
  q4_0: { tensor: 2, file: 2, block: fourBits },
} as const;

/**
 * A model with f16 matrices, its matrices rounded to fewer bits as llama.cpp does: a real quantisation, smaller and a little worse.
 *
 * @param gguf version 3, f16 and f32 tensors, rows of whole blocks of 32
 * @see https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c `quantize_row_q4_0_ref`, `quantize_row_q8_0_ref`
 */
export function requantised(gguf: Buffer, to: keyof typeof kinds): Buffer {
  const head = readHead(gguf);
  const { tensor: type, file, block } = kinds[to];
  const infos: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const tensor of head.tensors) {
    const from = head.dataAt + tensor.offset;
    const count = tensor.dimensions.reduce((product, size) => product * size, 1);
    const small = tensor.type === 1 && tensor.dimensions.length > 1;
    const bytes = small ? blocks(gguf, from, count, block) : gguf.subarray(from, from + count * (tensor.type === 1 ? 2 : 4));
    const info = Buffer.concat([tensor.name, u32(tensor.dimensions.length), ...tensor.dimensions.map(u64)]);
    infos.push(info, u32(small ? type : tensor.type), u64(offset));
    data.push(padded(bytes));
    offset += data.at(-1)?.length ?? 0;
  }
  const start = Buffer.from(gguf.subarray(0, head.infosAt));
  if (head.fileTypeAt !== undefined) start.writeUInt32LE(file, head.fileTypeAt);
  return Buffer.concat([padded(Buffer.concat([start, ...infos])), ...data]);
}

interface Tensor {
  /** With its length in front. */
  readonly name: Buffer;
  readonly dimensions: readonly number[];
  readonly type: number;
  readonly offset: number;
}

function readHead(gguf: Buffer) {
  let at = 8;
  let fileTypeAt: number | undefined;
  const take = (bytes: number) => {
    at += bytes;
    return at - bytes;
  };
  const long = () => Number(gguf.readBigUInt64LE(take(8)));
  const word = () => gguf.readUInt32LE(take(4));
  const text = () => {
    const length = long();
    return gguf.toString("utf8", take(length), at);
  };
  const sizes: { readonly [type: number]: number } = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
  const skip = (type: number) => {
    if (type === 8) text();
    else if (type === 9) for (let inner = word(), left = long(); left > 0; left--) skip(inner);
    else at += sizes[type] as number;
  };
  const [tensorCount, entries] = [long(), long()];
  for (let entry = 0; entry < entries; entry++) {
    const key = text();
    const type = word();
    if (key === "general.file_type") fileTypeAt = at;
    skip(type);
  }
  const infosAt = at;
  const tensors = Array.from({ length: tensorCount }, (): Tensor => {
    const from = at;
    text();
    const name = gguf.subarray(from, at);
    const dimensions = Array.from({ length: word() }, long);
    return { name, dimensions, type: word(), offset: long() };
  });
  return { fileTypeAt, infosAt, tensors, dataAt: Math.ceil(at / 32) * 32 };
}

function blocks(gguf: Buffer, from: number, count: number, block: (values: Float64Array) => Buffer): Buffer {
  const made: Buffer[] = [];
  for (let at = 0; at < count; at += 32) {
    made.push(block(Float64Array.from({ length: 32 }, (_, i) => fromHalf(gguf.readUInt16LE(from + 2 * (at + i))))));
  }
  return Buffer.concat(made);
}

function eightBits(values: Float64Array): Buffer {
  const scale = Math.max(...values.map(Math.abs)) / 127;
  return Buffer.concat([
    half(scale),
    Buffer.from(Int8Array.from(values, (value) => (scale === 0 ? 0 : Math.round(value / scale)))),
  ]);
}

function fourBits(values: Float64Array): Buffer {
  const scale = values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0) / -8;
  const level = (value: number) => (scale === 0 ? 8 : Math.max(0, Math.min(15, Math.floor(value / scale + 8.5))));
  return Buffer.concat([
    half(scale),
    Buffer.from(Uint8Array.from({ length: 16 }, (_, i) => level(values[i] as number) | (level(values[i + 16] as number) << 4))),
  ]);
}

function fromHalf(bits: number): number {
  const [sign, power, rest] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
  if (power === 0) return sign * rest * 2 ** -24;
  return sign * (1 + rest / 1024) * 2 ** (power - 15);
}

/** A number in two bytes; finite, and its size below 65,504. */
function half(value: number): Buffer {
  const size = Math.abs(value);
  const power = size === 0 ? -14 : Math.max(-14, Math.floor(Math.log2(size)));
  // One more at the top of a power carries over into the next, as the bits do.
  const steps = Math.round((size / 2 ** power) * 1024);
  const bits = steps < 1024 ? steps : ((power + 15) << 10) + (steps - 1024);
  return Buffer.from(Uint16Array.of(bits | (value < 0 ? 1 << 15 : 0)).buffer);
}

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);
