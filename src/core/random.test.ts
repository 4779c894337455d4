import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mersenneTwister, pythonShuffle, seededRandom, seedFrom } from "./random.ts";

describe("pythonShuffle is Python's random.Random(seed).shuffle", () => {
  test.each([
    [3, 123, [2, 1, 0]],
    [5, 123, [3, 1, 4, 2, 0]],
    [10, 123, [8, 7, 5, 9, 2, 3, 6, 1, 4, 0]],
    [12, 123, [7, 5, 9, 2, 3, 8, 11, 10, 6, 1, 4, 0]],
    [20, 123, [7, 17, 3, 4, 14, 12, 11, 9, 5, 10, 15, 6, 0, 16, 19, 18, 13, 2, 8, 1]],
    [10, 0, [7, 8, 1, 5, 3, 4, 2, 0, 9, 6]],
    [10, 1, [6, 8, 9, 7, 5, 3, 0, 4, 1, 2]],
    [10, 20220722, [6, 0, 2, 3, 8, 9, 7, 1, 4, 5]],
    [10, 4294967295, [0, 7, 1, 5, 2, 6, 4, 8, 3, 9]],
    [1, 123, [0]],
    [0, 123, []],
  ])("%d with seed %d", (n, seed, order) => {
    expect([...pythonShuffle(n, seed)]).toEqual(order);
  });

  test("has every number once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 0xffffffff }), (n, seed) => {
        expect([...pythonShuffle(n, seed)].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
      }),
    );
  });
});

test.each([
  [0, 3626764237],
  [1, 577090037],
  [123, 224899942],
  [4294967295, 2728839433],
])("mersenneTwister(%d) begins with %d, as Python's does", (seed, first) => {
  expect(mersenneTwister(seed)()).toBe(first);
});

test("mersenneTwister goes on as Python's does after it has turned over", () => {
  const next = mersenneTwister(1);
  for (let i = 0; i < 999; i++) next();
  expect(next()).toBe(1877627338);
});

describe("seededRandom", () => {
  test("repeats itself for a seed, and lies in [0, 1)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (seed) => {
        const [one, other] = [seededRandom(seed), seededRandom(seed)];
        for (let i = 0; i < 20; i++) {
          const value = one();
          expect(value).toBe(other());
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(1);
        }
      }),
    );
  });

  test("fills ten bins evenly: chi-squared under its 99.9 % point", () => {
    const random = seededRandom(seedFrom("bins"));
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const bin = Math.floor(random() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.88);
  });
});

test("seedFrom tells neighbouring names apart and stays within 32 bits", () => {
  const seeds = Array.from({ length: 10_000 }, (_, i) => seedFrom(`run:sample.${i}:0`));
  // By chance, 10,000 draws of 32 bits clash 0.01 times.
  expect(new Set(seeds).size).toBe(10_000);
  for (const seed of seeds.slice(0, 100)) expect(seed >>> 0).toBe(seed);
});
