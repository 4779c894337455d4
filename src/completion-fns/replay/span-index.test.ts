import fc from "fast-check";
import { expect, test } from "vitest";
import { spanIndex } from "./span-index.ts";

test("finds what a map of lists finds", () => {
  const entries = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "", "é"), fc.nat(1e12)), { maxLength: 3000, size: "max" });
  fc.assert(
    fc.property(entries, (added) => {
      const index = spanIndex();
      for (const [key, start] of added) index.add(key, { start, end: start + 1 });
      for (const key of ["a", "b", "c", "", "é", "never added"]) {
        const expected = added.filter(([each]) => each === key).map(([, start]) => ({ start, end: start + 1 }));
        expect(index.find(key)).toEqual(expected);
      }
    }),
    { numRuns: 30 },
  );
});
