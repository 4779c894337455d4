import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenFile, spanReader } from "./jsonl-spans.ts";

const folder = mkdtempSync(join(tmpdir(), "spans-test-"));
const contents = [bytesOf(700_000, 7), bytesOf(90_000, 3), bytesOf(17 * 1024 * 1024, 11)];
let files: OpenFile[] = [];

beforeAll(() => {
  files = contents.map((content, i) => {
    const file = join(folder, String(i));
    writeFileSync(file, content);
    const fd = openSync(file, "r");
    return { fd, size: fstatSync(fd).size };
  });
});
afterAll(() => {
  for (const { fd } of files) closeSync(fd);
  rmSync(folder, { recursive: true });
});

/** ASCII that nowhere repeats for long, so that a wrong offset shows. */
function bytesOf(n: number, step: number): Buffer {
  const bytes = Buffer.alloc(n);
  for (let i = 0; i < n; i++) bytes[i] = 32 + ((i * step + (i >> 8) + (i >> 13)) % 95);
  return bytes;
}

const span = fc.record({
  file: fc.nat(2),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 400_000 }),
  follow: fc.boolean(),
});

test.each([[[0, 1, 2]], [[0]], [[2]]])("any spans of files %j are their bytes, in any order", (chosen) => {
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 30 }), (spans) => {
      const read = spanReader(chosen.map((i) => files[i] as OpenFile));
      const ends = chosen.map(() => 0);
      for (const { file, at, length, follow } of spans) {
        const which = file % chosen.length;
        const content = contents[chosen[which] as number] as Buffer;
        const start = follow ? (ends[which] as number) : Math.floor(at * content.length);
        const end = Math.min(start + length, content.length);
        if (end === start) continue;
        // A whole-string comparison of long texts would print them when it fails.
        expect(read(which, start, end) === content.toString("latin1", start, end)).toBe(true);
        ends[which] = end;
      }
    }),
    { numRuns: 60 },
  );
});
