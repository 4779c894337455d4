import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pages, scorePages } from "./pages.ts";

const pageSize = 4096;
/** Places close together and far apart, at both edges of a page. */
const seq = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.constantFrom(pageSize - 1, pageSize, 2 * pageSize - 1, 5 * pageSize + 7),
);
const verdict = fc.constantFrom(0, 1, Number.NaN);
const score = fc.oneof(verdict, fc.constantFrom(255, -1, 0.5, 2, Number.POSITIVE_INFINITY), fc.double());

const key = (value: number) => (value === 0 ? 0 : value);

describe("scorePages", () => {
  test.each([
    { name: "verdicts alone", value: verdict },
    { name: "verdicts that turn into other scores", value: score },
  ])("hold what a Map holds: $name", ({ value }) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(seq, value), { maxLength: 60 }), (writes) => {
        const store = scorePages();
        const model = new Map<number, number>();
        for (const [at, number] of writes) {
          store.set(at, number);
          model.set(at, number);
          expect(key(store.get(at))).toBe(key(number));
        }
        for (const at of [0, 1, 20, 21, pageSize - 1, pageSize, 2 * pageSize, 5 * pageSize + 7, 99 * pageSize, ...model.keys()]) {
          expect(key(store.get(at))).toBe(key(model.get(at) ?? Number.NaN));
        }
        const visited: [number, number][] = [];
        store.forEach((number, at) => {
          if (!Number.isNaN(number)) visited.push([at, key(number)]);
        });
        const wanted = [...model].filter(([, number]) => !Number.isNaN(number)).sort(([a], [b]) => a - b);
        expect(visited).toEqual(wanted.map(([at, number]) => [at, key(number)]));
      }),
      { numRuns: 60 },
    );
  });

  test.each([255, 0.5, 2, -1])("a page of verdicts that gets %d keeps them, and those of other pages", (value) => {
    const store = scorePages();
    const verdicts = [1, 0, Number.NaN, 1];
    for (const base of [0, pageSize]) verdicts.forEach((one, at) => void store.set(base + at, one));
    store.set(9, value);
    for (const base of [0, pageSize]) expect([0, 1, 2, 3].map((at) => store.get(base + at))).toEqual(verdicts);
    expect([store.get(9), store.get(10), store.get(pageSize + 9)]).toEqual([value, Number.NaN, Number.NaN]);
  });
});

describe("pages", () => {
  test.each([0, 7])("hold what a Map holds, blank %d", (blank) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(seq, fc.nat(255)), { maxLength: 40 }), (writes) => {
        const store = pages((length) => new Uint8Array(length), blank);
        const model = new Map(writes);
        for (const [at, number] of writes) store.set(at, number);
        for (const at of [0, 5, pageSize, 99 * pageSize, ...model.keys()]) expect(store.get(at)).toBe(model.get(at) ?? blank);
        let sum = 0;
        store.forEach((number, at) => {
          sum += number === (model.get(at) ?? blank) ? 0 : 1;
        });
        expect(sum).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
