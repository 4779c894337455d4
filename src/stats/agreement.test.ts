import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { kappa } from "./kappa.ts";
import { krippendorffNominal } from "./krippendorff.ts";
import { meanOf } from "./mean.ts";
import { ppi, ppiPlusPlus } from "./ppi.ts";

describe("kappa", () => {
  test("of [[20, 5], [10, 15]] is .4, with all that it is made of", () => {
    const found = kappa([
      [20, 5],
      [10, 15],
    ]);
    expect(found.observed).toBeCloseTo(0.7, 12);
    expect(found.expected).toBeCloseTo(0.5, 12);
    expect(found.value).toBeCloseTo(0.4, 12);
    expect(found.se).toBeCloseTo(0.12961481, 8);
    expect(found.n).toBe(50);
  });

  test.each([
    [45, 15, 25, 15, 0.6, 0.13043478],
    [90, 5, 4, 1, 0.91, 0.13461538],
  ])("of [[%d, %d], [%d, %d]], %d agreed, is %d", (a, b, c, d, observed, value) => {
    const found = kappa([
      [a, b],
      [c, d],
    ]);
    expect(found.observed).toBeCloseTo(observed, 12);
    expect(found.value).toBeCloseTo(value, 8);
  });

  test.each([
    ["none", 0.54490291],
    ["linear", 0.62192817],
    ["quadratic", 0.7051114],
  ] as const)("of three ordered categories weighted %s is %d", (weighting, value) => {
    const table = [
      [10, 3, 1],
      [2, 12, 4],
      [0, 5, 13],
    ];
    expect(kappa(table, weighting).value).toBeCloseTo(value, 8);
  });

  const tables = fc.integer({ min: 2, max: 5 }).chain((size) => {
    const row = fc.array(fc.nat(30), { minLength: size, maxLength: size });
    return fc.array(row, { minLength: size, maxLength: size });
  });
  const weighting = fc.constantFrom("none", "linear", "quadratic");

  test("is at most 1, and the same with the raters changed over", () => {
    fc.assert(
      fc.property(tables, weighting, (table, by) => {
        if (table.flat().every((count) => count === 0)) return;
        const found = kappa(table, by);
        const turned = kappa(
          table.map((_, i) => table.map((row) => row[i] as number)),
          by,
        );
        if (found.value === null) return;
        expect(found.value).toBeLessThanOrEqual(1);
        expect(turned.value).toBeCloseTo(found.value, 10);
      }),
    );
  });

  test("is 1 for perfect agreement", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 6 }), weighting, (counts, by) => {
        const table = counts.map((count, i) => counts.map((_, j) => (i === j ? count : 0)));
        expect(kappa(table, by).value).toBeCloseTo(1, 12);
      }),
    );
  });

  test("has no value where both use one category, and says so", () => {
    expect(
      kappa([
        [40, 0],
        [0, 0],
      ]),
    ).toMatchObject({ value: null, se: null, observed: 1, reason: "both raters used one category only" });
  });

  test.each([
    [[[1, 2]]],
    [[[0]]],
    [
      [
        [-1, 0],
        [0, 2],
      ],
    ],
  ])("refuses %j", (table) => {
    expect(() => kappa(table as number[][])).toThrow(RangeError);
  });
});

describe("Krippendorff's alpha", () => {
  const pairs = ["11", "10", "00", "11", "00", "01", "11", "00"].map((pair) => [...pair]);

  test("of eight samples judged twice is .53125", () => {
    expect(krippendorffNominal(pairs)).toEqual({ value: 0.53125, n: 16 });
  });

  test("of four raters with gaps is the .743 of Krippendorff's own example", () => {
    const raters = [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
      [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
    ];
    const samples = Array.from({ length: 12 }, (_, i) => raters.map((rater) => rater[i] as number | null));
    expect(krippendorffNominal(samples).value).toBeCloseTo(0.743, 3);
  });

  test("leaves out what nobody else judged, and does not depend on the order", () => {
    expect(krippendorffNominal([...pairs, ["1", null], [null], []])).toEqual(krippendorffNominal(pairs));
    expect(krippendorffNominal(pairs.map((pair) => [...pair].reverse()).reverse()).value).toBe(0.53125);
  });

  test("is 1 where all agree, and has no value where there is nothing to tell apart", () => {
    expect(
      krippendorffNominal([
        ["a", "a"],
        ["b", "b", "b"],
      ]).value,
    ).toBe(1);
    expect(
      krippendorffNominal([
        ["a", "a"],
        ["a", "a"],
      ]),
    ).toMatchObject({ value: null, reason: "all judgements are the same" });
    expect(krippendorffNominal([["a"], []])).toMatchObject({ value: null, reason: "no sample was judged twice" });
  });
});

describe("prediction-powered inference", () => {
  const human = [1, 1, 0, 1, 0, 1, 1, 0, 1, 0];
  const judge = [1, 1, 1, 1, 0, 1, 1, 0, 1, 1];
  const unlabelled = Array.from({ length: 100 }, (_, i) => (i < 72 ? 1 : 0));

  test("corrects .72 by -.20 to .52", () => {
    const found = ppi({ human, judge, unlabelled });
    expect(found.estimate).toBeCloseTo(0.52, 12);
    expect(found.se).toBeCloseTo(0.14076271, 8);
    expect(meanOf(human).mean).toBeCloseTo(0.6, 12);
    expect(meanOf(human).se).toBeCloseTo(0.16329932, 8);
  });

  test("PPI++ trusts this judge by .60555556", () => {
    const found = ppiPlusPlus({ human, judge, unlabelled });
    expect(found.lambda).toBeCloseTo(0.60555556, 8);
    expect(found.estimate).toBeCloseTo(0.55155556, 8);
    expect(found.se).toBeCloseTo(0.13335785, 8);
  });

  test("PPI++ does not trust a judge that always says the same, or the contrary", () => {
    const constant = { human, judge: human.map(() => 1), unlabelled: unlabelled.map(() => 1) };
    expect(ppiPlusPlus(constant)).toMatchObject({ lambda: 0, se: meanOf(human).se });
    expect(ppiPlusPlus({ human, judge: human.map((score) => 1 - score), unlabelled }).lambda).toBe(0);
  });

  test("turns its sign with the scores", () => {
    const scores = fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(scores, (pairs) => {
        const given = { human: pairs.map(([h]) => h), judge: pairs.map(([, j]) => j), unlabelled };
        const turned = {
          human: given.human.map((x) => -x),
          judge: given.judge.map((x) => -x),
          unlabelled: unlabelled.map((x) => -x),
        };
        for (const method of [ppi, ppiPlusPlus]) {
          expect(method(turned).estimate).toBeCloseTo(-method(given).estimate, 10);
          expect(method(turned).se).toBeCloseTo(method(given).se, 10);
        }
      }),
    );
  });

  test("both cover the truth 93 % of the time with 100 labels, where the judge alone never does", () => {
    const random = seededRandom(20);
    const runs = 500;
    const covered = { ppi: 0, ppiPlusPlus: 0, judge: 0 };
    for (let run = 0; run < runs; run++) {
      // Truth .6; the judge passes .9 of the right and .4 of the wrong: .7.
      const both = Array.from({ length: 1100 }, () => {
        const truth = random() < 0.6 ? 1 : 0;
        return [truth, random() < (truth === 1 ? 0.9 : 0.4) ? 1 : 0] as const;
      });
      const labelled = both.slice(0, 100);
      const rest = both.slice(100).map(([, verdict]) => verdict);
      const given = { human: labelled.map(([truth]) => truth), judge: labelled.map(([, verdict]) => verdict), unlabelled: rest };
      const holds = ({ estimate, se }: { estimate: number; se: number }) => Math.abs(estimate - 0.6) <= 1.96 * se;
      if (holds(ppi(given))) covered.ppi++;
      if (holds(ppiPlusPlus(given))) covered.ppiPlusPlus++;
      if (holds({ estimate: meanOf(rest).mean, se: meanOf(rest).se as number })) covered.judge++;
    }
    expect(covered.ppi / runs).toBeGreaterThan(0.93);
    expect(covered.ppiPlusPlus / runs).toBeGreaterThan(0.93);
    expect(covered.judge / runs).toBeLessThan(0.01);
  });

  test.each([
    { human: [1], judge: [1], unlabelled },
    { human, judge: [1, 1], unlabelled },
    { human, judge, unlabelled: [] },
    { human: [1, Number.NaN], judge: [1, 0], unlabelled },
  ])("refuses $human and $judge", (scores) => {
    expect(() => ppi(scores)).toThrow(RangeError);
    expect(() => ppiPlusPlus(scores)).toThrow(RangeError);
  });
});
