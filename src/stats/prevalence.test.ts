import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { prevalence } from "./prevalence.ts";

describe("prevalence", () => {
  test.each([
    [0.7, 0.9, 0.8, 0.71428571],
    [0.62, 0.95, 0.7, 0.49230769],
  ])("a judge that passed %d, with sensitivity %d and specificity %d, saw %d", (passed, sensitivity, specificity, truth) => {
    const found = prevalence(passed, 1000, { sensitivity, positives: 100, specificity, negatives: 100 });
    expect(found?.estimate).toBeCloseTo(truth, 8);
  });

  test("its standard error counts the labels too", () => {
    const found = prevalence(0.7, 1000, { sensitivity: 0.9, positives: 100, specificity: 0.8, negatives: 100 });
    expect(found?.se).toBeCloseTo(0.04040095, 8);
  });

  test("a judge no better than chance says nothing", () => {
    expect(prevalence(0.7, 1000, { sensitivity: 0.5, positives: 100, specificity: 0.5, negatives: 100 })).toBeNull();
    expect(prevalence(0.7, 1000, { sensitivity: 0.2, positives: 100, specificity: 0.3, negatives: 100 })).toBeNull();
  });

  test("holds the estimate, has width, and stays within 0 and 1", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const many = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(share, many, share, many, share, many, (passed, n, sensitivity, positives, specificity, negatives) => {
        const found = prevalence(passed, n, { sensitivity, positives, specificity, negatives });
        if (found === null) return;
        expect(found.low).toBeGreaterThanOrEqual(0);
        expect(found.high).toBeLessThanOrEqual(1);
        expect(found.low).toBeLessThanOrEqual(found.estimate);
        expect(found.high).toBeGreaterThanOrEqual(found.estimate);
        expect(found.high - found.low).toBeGreaterThan(0);
      }),
    );
  });

  test.each([
    { truth: 0.7, sensitivity: 0.9, specificity: 0.85, labels: 60 },
    { truth: 0.9, sensitivity: 0.98, specificity: 0.9, labels: 40 },
    { truth: 0.5, sensitivity: 0.99, specificity: 0.99, labels: 30 },
  ])("its interval covers $truth at least 93 % of the time with $labels labels of each kind", (given) => {
    const random = seededRandom(7);
    const draw = (n: number, p: number) => {
      let hits = 0;
      for (let i = 0; i < n; i++) if (random() < p) hits++;
      return hits / n;
    };
    const { truth, sensitivity, specificity, labels } = given;
    const [runs, n] = [2000, 400];
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const found = prevalence(draw(n, truth * sensitivity + (1 - truth) * (1 - specificity)), n, {
        sensitivity: draw(labels, sensitivity),
        positives: labels,
        specificity: draw(labels, specificity),
        negatives: labels,
      });
      if (found !== null && found.low <= truth && truth <= found.high) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.93);
  });

  test.each([
    [1.2, 10],
    [0.5, 0],
    [Number.NaN, 10],
  ])("refuses %d of %d", (passed, n) => {
    expect(() => prevalence(passed, n, { sensitivity: 0.9, positives: 9, specificity: 0.9, negatives: 9 })).toThrow(RangeError);
  });
});
