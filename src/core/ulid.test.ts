import fc from "fast-check";
import { expect, test } from "vitest";
import { ulid } from "./ulid.ts";

test.each([
  [1469918176385, new Array(10).fill(0), "01ARYZ6S410000000000000000"],
  [0, new Array(10).fill(0xff), "0000000000ZZZZZZZZZZZZZZZZ"],
  [2 ** 48 - 1, new Array(10).fill(0), "7ZZZZZZZZZ0000000000000000"],
  [0, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "00000000000000000000000001"],
  [0, [0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0], "00000000001000000000000000"],
])("ulid of %d and %j is %s", (now, bytes, id) => {
  expect(ulid(now, Uint8Array.from(bytes))).toBe(id);
});

test("ids sort by time, whatever their random part, and differ where it differs", () => {
  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(time, time, bytes, bytes, (a, b, x, y) => {
      const [one, other] = [ulid(a, x), ulid(b, y)];
      expect(one).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      if (a !== b) expect(one < other).toBe(a < b);
      expect(ulid(a, x) === ulid(a, y)).toBe(Buffer.compare(x, y) === 0);
    }),
  );
});
