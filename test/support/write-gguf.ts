/** One value of a GGUF header. */
export type GgufValue =
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "u16" | "u32" | "f32"; readonly value: number }
  | { readonly type: "texts"; readonly value: readonly string[] }
  | { readonly type: "f32s"; readonly value: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** ggml's number of the type; `data` is already in it. */
  readonly type: number;
  readonly data: Uint8Array;
}

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const floats = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);
const padded = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);

function typed(given: GgufValue): Buffer {
  switch (given.type) {
    case "text":
      return Buffer.concat([u32(8), text(given.value)]);
    case "u16":
      return Buffer.concat([u32(2), Buffer.from(Uint16Array.of(given.value).buffer)]);
    case "u32":
      return Buffer.concat([u32(4), u32(given.value)]);
    case "f32":
      return Buffer.concat([u32(6), floats([given.value])]);
    case "texts":
      return Buffer.concat([u32(9), u32(8), u64(given.value.length), ...given.value.map(text)]);
    case "f32s":
      return Buffer.concat([u32(9), u32(6), u64(given.value.length), floats(given.value)]);
  }
}

/** A GGUF file, whole and small. */
export function ggufFile(values: { readonly [key: string]: GgufValue }, tensors: readonly GgufTensor[], version = 3): Buffer {
  let offset = 0;
  const infos = tensors.map(({ name, dimensions, type, data }) => {
    const info = Buffer.concat([text(name), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(offset)]);
    offset += padded(data).length;
    return info;
  });
  const entries = Object.entries(values).map(([key, value]) => Buffer.concat([text(key), typed(value)]));
  const head = Buffer.concat([Buffer.from("GGUF"), u32(version), u64(tensors.length), u64(entries.length), ...entries, ...infos]);
  const data = tensors.map(({ data }, i) => (i === tensors.length - 1 ? Buffer.from(data) : padded(data)));
  return Buffer.concat([padded(head), ...data]);
}
