import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { plainFile } from "./compressed-file.ts";

const folder = mkdtempSync(join(tmpdir(), "compressed-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["a.gz", gzipSync],
  ["a.zst", zstdCompressSync],
])("%s is inflated into a file of its owner's, which goes with release", async (name, compress) => {
  const file = join(folder, name);
  writeFileSync(file, compress(Buffer.from("line\n".repeat(100_000))));
  const plain = await plainFile(file);
  expect(readFileSync(plain.file, "utf8")).toBe("line\n".repeat(100_000));
  expect(statSync(plain.file).mode & 0o077).toBe(0);
  plain.release();
  plain.release();
  expect(existsSync(plain.file)).toBe(false);
});

test("any other file is itself, and release leaves it alone", async () => {
  const file = join(folder, "a.jsonl");
  writeFileSync(file, "line\n");
  const plain = await plainFile(file);
  expect(plain.file).toBe(file);
  plain.release();
  expect(existsSync(file)).toBe(true);
});
