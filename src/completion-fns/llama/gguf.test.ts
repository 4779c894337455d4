import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type GgufValue, ggufFile } from "../../../test/support/write-gguf.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { readGguf } from "./gguf.ts";

const folder = mkdtempSync(join(tmpdir(), "gguf-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two values, one array of texts, one of numbers, and a Q8_0 tensor of 64 elements: two blocks of 34 bytes. */
function wholeFile(version = 3): Buffer {
  const values: { [key: string]: GgufValue } = {
    "general.architecture": { type: "text", value: "llama" },
    "split.count": { type: "u16", value: 1 },
    "tokenizer.ggml.tokens": { type: "texts", value: ["a", "▁b", ""] },
    scores: { type: "f32s", value: [1, 2] },
  };
  return ggufFile(values, [{ name: "weight", dimensions: [32, 2], type: 8, data: new Uint8Array(68) }], version);
}

function written(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function refusal(file: string): FinegaugeError {
  try {
    readGguf(file);
  } catch (error) {
    if (error instanceof FinegaugeError) return error;
    throw error;
  }
  throw new Error("the file was taken");
}

describe("readGguf", () => {
  test("reads values and the lengths of arrays", () => {
    const header = readGguf(written("whole.gguf", wholeFile()));
    expect(Object.fromEntries(header.values)).toEqual({ "general.architecture": "llama", "split.count": 1 });
    expect(Object.fromEntries(header.lengths)).toEqual({ "tokenizer.ggml.tokens": 3, scores: 2 });
    expect(header.bytes).toBe(wholeFile().length);
  });

  test("finds both packaged models whole, and knows what they are", () => {
    for (const name of ["tickets-base", "tickets-tuned"]) {
      const { values, lengths } = readGguf(`registry/models/${name}.gguf`);
      expect(values.get("general.name")).toBe(name);
      expect(values.get("llama.context_length")).toBe(512);
      expect(lengths.get("tokenizer.ggml.tokens")).toBe(1024);
    }
  });

  test("says how many bytes a model lacks", () => {
    const whole = readFileSync("registry/models/tickets-tuned.gguf");
    const { code, message } = refusal(written("short.gguf", whole.subarray(0, whole.length - 1000)));
    expect(code).toBe("model.file-invalid");
    expect(message).toBe(`the file is cut short: 1000 of ${whole.length} bytes are missing`);
  });

  test("refuses a file cut at any byte", () => {
    const whole = wholeFile();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(refusal(written("cut.gguf", whole.subarray(0, length))).code).toBe("model.file-invalid");
      }),
    );
  });

  test("never fails with anything but its own error, whatever the header claims", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(40), (bytes, at) => {
        const broken = wholeFile();
        broken.set(bytes.subarray(0, broken.length - 8 - at), 8 + at);
        try {
          readGguf(written("broken.gguf", broken));
        } catch (error) {
          expect(error).toBeInstanceOf(FinegaugeError);
        }
      }),
    );
  });

  test.each([
    {
      name: "a zip",
      bytes: Buffer.from("PK\x03\x04abcdefgh"),
      code: "model.file-invalid",
      says: /"PK\.\.abcd" \(504b0304\w+\), like a zip file/,
    },
    {
      name: "safetensors",
      bytes: Buffer.from('\x28\x23\0\0\0\0\0\0{"__metadata__":'),
      code: "model.file-invalid",
      says: /like safetensors/,
    },
    { name: "a page", bytes: Buffer.from("<!DOCTYPE html><html>"), code: "model.file-invalid", says: /like a web page/ },
    { name: "nothing", bytes: Buffer.alloc(0), code: "model.file-invalid", says: /it is empty/ },
    { name: "noise", bytes: Buffer.from([1, 2, 3]), code: "model.file-invalid", says: /starts with "\.\.\." \(010203\)$/ },
    {
      name: "a pointer",
      bytes: Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
      code: "data.lfs-pointer",
      says: /Git LFS/,
    },
    { name: "GGUF 1", bytes: wholeFile(1), code: "model.file-invalid", says: /version 1 is not supported/ },
    { name: "big-endian", bytes: wholeFile(0x03000000), code: "model.file-invalid", says: /big-endian/ },
  ])("names $name for what it is", ({ bytes, code, says }) => {
    const error = refusal(written("other.gguf", bytes));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
  });

  test("refuses a folder", () => {
    expect(refusal(folder).message).toBe("this is not a file");
  });
});

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: bigint) => Buffer.from(BigUint64Array.of(value).buffer);
const head = (tensors: bigint, entries: bigint, ...rest: Buffer[]) =>
  Buffer.concat([Buffer.from("GGUF"), u32(3), u64(tensors), u64(entries), ...rest, Buffer.alloc(4096)]);
const key = Buffer.concat([u64(1n), Buffer.from("a")]);

test.each([
  { what: "2^50 entries", bytes: head(1n, 2n ** 50n) },
  { what: "2^50 tensors", bytes: head(2n ** 50n, 0n) },
  { what: "an array of 2^50 texts", bytes: head(1n, 1n, key, u32(9), u32(8), u64(2n ** 50n)) },
  { what: "a text of 3 GB", bytes: head(1n, 1n, key, u32(8), u64(3_000_000_000n)) },
  { what: "a key of 3 GB", bytes: head(1n, 1n, u64(3_000_000_000n)) },
  { what: "no tensors", bytes: head(0n, 0n) },
])("a header that claims $what is refused at once", ({ bytes }) => {
  expect(refusal(written("claims.gguf", bytes)).code).toBe("model.file-invalid");
});
