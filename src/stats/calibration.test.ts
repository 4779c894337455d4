import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { auroc, aurocParts } from "./auroc.ts";
import { calibrationError, equalMassBins, equalWidthBins } from "./reliability.ts";
import { brier, brierOfClasses, logLoss, logLossOfClasses } from "./scoring-rules.ts";
import { wilson } from "./wilson.ts";

const ps = [0.9, 0.8, 0.7, 0.6, 0.55, 0.95, 0.3, 0.2];
const ys = [1, 1, 0, 1, 0, 1, 0, 0];

const forecasts = fc.array(fc.record({ p: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.constantFrom(0, 1) }), {
  minLength: 1,
  maxLength: 80,
});

describe("scoring rules", () => {
  test("of eight forecasts", () => {
    expect(brier(ps, ys)).toBeCloseTo(0.141875, 12);
    expect(logLoss(ps, ys)).toBeCloseTo(0.43411525, 8);
  });

  const rows = [
    [0.7, 0.2, 0.1],
    [0.1, 0.6, 0.3],
    [0.3, 0.3, 0.4],
  ];

  test("of three classes", () => {
    expect(brierOfClasses(rows, [0, 2, 2])).toBeCloseTo(0.51333333, 8);
    expect(logLossOfClasses(rows, [0, 2, 2])).toBeCloseTo(0.82564616, 8);
  });

  test("of two classes are those of one probability; Brier's is twice as large", () => {
    fc.assert(
      fc.property(forecasts, (list) => {
        const [p, y] = [list.map((f) => f.p), list.map((f) => f.y)];
        const both = p.map((one) => [1 - one, one]);
        expect(brierOfClasses(both, y)).toBeCloseTo(2 * brier(p, y), 10);
        expect(logLossOfClasses(both, y)).toBeCloseTo(logLoss(p, y), 10);
      }),
    );
  });

  test("a sure forecast that was wrong is a large loss, not an infinite one", () => {
    expect(logLoss([0], [1])).toBeCloseTo(34.54, 2);
  });

  test.each([
    ["probabilities above 1", () => brier([1.1], [1])],
    ["outcomes that are neither", () => logLoss([0.5], [0.5])],
    ["nothing", () => brier([], [])],
    ["unequal lengths", () => brier([0.5], [])],
    ["a class that is not there", () => brierOfClasses(rows, [0, 3, 2])],
    ["no probability of a class", () => logLossOfClasses([[Number.NaN, 1]], [1])],
  ])("refuse %s", (_, call) => {
    expect(call).toThrow(RangeError);
  });
});

describe("auroc", () => {
  test("of eight forecasts is .9375", () => {
    expect(auroc(ps, ys)).toBe(0.9375);
  });

  test("is the share of pairs in order, ties half", () => {
    const tied = fc.array(fc.record({ p: fc.integer({ min: 0, max: 6 }), y: fc.constantFrom(0, 1) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(tied, (list) => {
        const ones = list.filter((f) => f.y === 1);
        const zeros = list.filter((f) => f.y === 0);
        const inOrder = ones.flatMap((a) => zeros.map((b) => (a.p > b.p ? 1 : a.p === b.p ? 0.5 : 0)));
        const found = auroc(
          list.map((f) => f.p),
          list.map((f) => f.y),
        );
        if (inOrder.length === 0) expect(found).toBeNull();
        else expect(found).toBeCloseTo(inOrder.reduce<number>((a, b) => a + b, 0) / inOrder.length, 12);
      }),
    );
  });

  test("has the variance that placements say", () => {
    // DeLong, DeLong & Clarke-Pearson 1988, eq. 5 and 6, over ones (.9 .8 .6 .95) and zeros (.7 .55 .3 .2).
    const parts = aurocParts(ps, ys);
    const v10 = [1, 1, 0.75, 1];
    const v01 = [0.75, 1, 1, 1];
    const spread = (places: number[]) => places.reduce((sum, place) => sum + (place - 0.9375) ** 2, 0);
    expect(parts?.area).toBe(0.9375);
    const squares = (parts?.influence ?? new Float64Array(0)).reduce((sum, one) => sum + one ** 2, 0);
    expect(squares / 8 ** 2).toBeCloseTo(spread(v10) / 4 ** 2 + spread(v01) / 4 ** 2, 12);
    expect((parts?.influence ?? new Float64Array(1)).reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 12);
  });

  test("refuses what is no outcome", () => {
    expect(() => auroc([1], [2])).toThrow(RangeError);
    expect(() => auroc([Number.NaN], [1])).toThrow(RangeError);
    expect(() => auroc([], [])).toThrow(RangeError);
  });
});

describe("reliability", () => {
  test("of eight forecasts: ECE .2125 and MCE .7 in 10 bins, ECE .1625 in 5, and in 4 of equal mass", () => {
    const ten = calibrationError(equalWidthBins(ps, ys));
    expect(ten.expected).toBeCloseTo(0.2125, 12);
    expect(ten.largest).toBeCloseTo(0.7, 12);
    expect(calibrationError(equalWidthBins(ps, ys, 5)).expected).toBeCloseTo(0.1625, 12);
    const mass = equalMassBins(ps, ys, 4);
    expect(mass.map((bin) => bin.n)).toEqual([2, 2, 2, 2]);
    expect(calibrationError(mass).expected).toBeCloseTo(0.1625, 12);
  });

  test("bins are closed on the right, 0 is in the first, and empty ones are left out", () => {
    expect(equalWidthBins([0, 0.1, 0.100001, 0.3, 0.7, 1], [0, 0, 0, 0, 0, 0]).map((bin) => bin.n)).toEqual([2, 1, 1, 1, 1]);
  });

  test("bars are Wilson's", () => {
    expect(equalWidthBins([0.9, 0.9, 0.9], [1, 1, 0], 1)[0]).toMatchObject({ n: 3, share: 2 / 3, interval: wilson(2, 3) });
  });

  test("equal probabilities stay together", () => {
    expect(equalMassBins([0.9, 0.9, 0.9, 0.9, 0.1, 0.2], [1, 1, 1, 0, 0, 0], 3).map((bin) => bin.n)).toEqual([2, 4]);
  });

  test.each([
    ["equal width", equalWidthBins],
    ["equal mass", equalMassBins],
  ])("bins of %s hold every sample once, in any order, and their error is between 0 and the largest", (_, binsOf) => {
    fc.assert(
      fc.property(forecasts, fc.integer({ min: 1, max: 20 }), (list, count) => {
        const bins = binsOf(
          list.map((f) => f.p),
          list.map((f) => f.y),
          count,
        );
        const turned = [...list].reverse();
        const again = binsOf(
          turned.map((f) => f.p),
          turned.map((f) => f.y),
          count,
        );
        expect(bins.length).toBeLessThanOrEqual(count);
        expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(list.length);
        expect(again.map(({ n, share }) => ({ n, share }))).toEqual(bins.map(({ n, share }) => ({ n, share })));
        const { expected, largest } = calibrationError(bins);
        expect(expected).toBeGreaterThanOrEqual(0);
        expect(expected).toBeLessThanOrEqual(largest + 1e-12);
        expect(largest).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("a calibrated model's error falls with n", () => {
    const random = seededRandom(1);
    const error = (n: number) => {
      const p = Array.from({ length: n }, random);
      return calibrationError(
        equalMassBins(
          p,
          p.map((one) => (random() < one ? 1 : 0)),
        ),
      ).expected;
    };
    expect(error(100)).toBeGreaterThan(3 * error(100_000));
    expect(error(100_000)).toBeLessThan(0.01);
  });

  test("refuses no bins", () => {
    expect(() => equalWidthBins(ps, ys, 0)).toThrow(RangeError);
    expect(() => equalMassBins(ps, ys, 1.5)).toThrow(RangeError);
    expect(() => calibrationError([])).toThrow(RangeError);
  });
});
