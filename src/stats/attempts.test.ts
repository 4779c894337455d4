import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { bestAttempts, varianceComponents } from "./attempts.ts";
import { meanOf } from "./mean.ts";
import { passAllK, passAtK } from "./pass-at-k.ts";

const rows = [
  [1, 1, 1, 0],
  [0, 0, 1, 0],
  [1, 1, 1, 1],
  [0, 1, 1, 0],
  [0, 0, 0, 0],
];

describe("varianceComponents", () => {
  test("of five samples with four attempts each", () => {
    const found = varianceComponents(rows);
    expect(found?.within).toBeCloseTo(0.16666667, 8);
    expect(found?.between).toBeCloseTo(0.11458333, 8);
    const ofMeans = meanOf(rows.map((row) => meanOf(row).mean));
    expect(ofMeans.mean).toBeCloseTo(0.5, 12);
    expect(ofMeans.se).toBeCloseTo(0.1767767, 8);
    // Taking attempts for samples claims too much.
    expect(meanOf(rows.flat()).se).toBeCloseTo(0.11470787, 8);
    // The two parts make up the standard error of the samples' means.
    expect(Math.sqrt(((found?.between as number) + (found?.within as number) / 4) / 5)).toBeCloseTo(0.1767767, 8);
  });

  test("finds both parts again, with uneven numbers of attempts", () => {
    const random = seededRandom(1);
    const noise = (sd: number) => (random() - 0.5) * Math.sqrt(12) * sd;
    const attempts = Array.from({ length: 20_000 }, (_, i) => {
      const own = noise(0.3);
      return Array.from({ length: 1 + (i % 4) }, () => own + noise(0.5));
    });
    const found = varianceComponents(attempts);
    expect(found?.within).toBeCloseTo(0.25, 2);
    expect(found?.between).toBeCloseTo(0.09, 2);
  });

  test("a negative estimate between samples is 0", () => {
    expect(
      varianceComponents([
        [0, 1],
        [1, 0],
        [0, 1],
      ]),
    ).toEqual({ within: 0.5, between: 0 });
  });

  test("with one attempt each the parts cannot be told apart", () => {
    expect(varianceComponents([[1], [0], [1]])).toBeNull();
  });

  test("refuses a single sample, and one without attempts", () => {
    expect(() => varianceComponents([[1, 0]])).toThrow(RangeError);
    expect(() => varianceComponents([[1, 0], []])).toThrow(RangeError);
  });
});

describe("bestAttempts", () => {
  test("buys samples while there are any, since they average out both parts", () => {
    expect(bestAttempts({ within: 0.2, between: 0.05, budget: 1000 })).toMatchObject({ attempts: 1, samples: 1000 });
  });

  test("buys attempts where the samples run out", () => {
    expect(bestAttempts({ within: 0.2, between: 0.05, budget: 1000, mostSamples: 250 })).toMatchObject({
      attempts: 4,
      samples: 250,
    });
  });

  test("buys attempts where a sample has a price of its own: near sqrt(within / between * perSample / perAttempt)", () => {
    expect(bestAttempts({ within: 0.18, between: 0.02, budget: 1e6, perSample: 4, perAttempt: 1 })?.attempts).toBe(6);
  });

  test("keeps to the budget, and no plan within it has a smaller standard error", () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    const count = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(part, part, count, fc.integer({ min: 0, max: 9 }), count, (within, between, budget, perSample, mostSamples) => {
        const found = bestAttempts({ within, between, budget, perSample, mostSamples });
        let least = Number.POSITIVE_INFINITY;
        for (let k = 1; k <= 60; k++) {
          for (let n = 1; n <= mostSamples; n++) {
            if (n * (perSample + k) <= budget) least = Math.min(least, Math.sqrt((between + within / k) / n));
          }
        }
        expect(found === null ? Number.POSITIVE_INFINITY : found.se).toBe(least);
        if (found !== null) expect(found.samples * (perSample + found.attempts)).toBeLessThanOrEqual(budget);
      }),
    );
  });

  test.each([{ within: -1 }, { perAttempt: 0 }, { budget: Number.NaN }, { mostSamples: 0 }])("refuses %j", (given) => {
    expect(() => bestAttempts({ within: 1, between: 1, budget: 10, ...given })).toThrow(RangeError);
  });
});

describe("passAtK and passAllK", () => {
  test.each([
    [10, 3, 2, 0.53333333, 0.06666667],
    [10, 5, 5, 0.99603175, 0.00396825],
    [4, 0, 2, 0, 0],
    [4, 4, 2, 1, 1],
  ])("%d attempts, %d right, k = %d: one right %d, all right %d", (n, right, k, one, all) => {
    expect(passAtK(n, right, k)).toBeCloseTo(one, 8);
    expect(passAllK(n, right, k)).toBeCloseTo(all, 8);
  });

  test("one is the other for wrong attempts; both are the share of right ones at k = 1", () => {
    const counts = fc
      .integer({ min: 1, max: 2000 })
      .chain((n) => fc.record({ n: fc.constant(n), right: fc.integer({ min: 0, max: n }), k: fc.integer({ min: 1, max: n }) }));
    fc.assert(
      fc.property(counts, ({ n, right, k }) => {
        expect(passAtK(n, right, k)).toBeCloseTo(1 - passAllK(n, n - right, k), 12);
        expect(passAtK(n, right, 1)).toBeCloseTo(right / n, 12);
        expect(passAllK(n, right, 1)).toBeCloseTo(right / n, 12);
        expect(passAtK(n, right, k)).toBeGreaterThanOrEqual(passAllK(n, right, k) - 1e-12);
      }),
    );
  });

  test.each([
    [3, 4, 1],
    [3, 1, 0],
    [3, 1, 4],
    [3, 0.5, 1],
  ])("refuse %d attempts, %d right, k = %d", (n, right, k) => {
    expect(() => passAtK(n, right, k)).toThrow(RangeError);
    expect(() => passAllK(n, right, k)).toThrow(RangeError);
  });
});
