import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { type Units, unseenMargin } from "./unseen-margin.ts";

const ones = (k: number, still: number): Units => ({
  sums: new Float64Array(k).fill(1),
  sizes: new Float64Array(k).fill(1),
  still,
});

describe("unseenMargin", () => {
  test.each([
    [8, 10],
    [1, 29],
    [95, 100],
    [10, 10],
  ])("of %d ones among %d zeros and ones, with a zero unseen, is Clopper and Pearson's limit", (k, n) => {
    const { low } = clopperPearson(k, n);
    const found = unseenMargin(ones(k, n - k), { difference: 0, size: 1 }).low(0.025);
    expect(Math.abs(found - low)).toBeLessThan(0.0016);
    expect(found).toBeLessThanOrEqual(low);
  });

  test.each([5, 20, 100, 1000])("of %d values without a difference is the rule of three", (n) => {
    const { low, pAbove } = unseenMargin(ones(0, n), { difference: -1, size: 1 });
    expect(low(0.05) / -(1 - 0.05 ** (1 / n))).toBeCloseTo(1, 1);
    expect(pAbove(-3 / n) / (1 - 3 / n) ** n).toBeCloseTo(1, 1);
  });

  test("is the share of random weightings whose mean is at most the bound", () => {
    const random = seededRandom(1);
    const units: Units = { sums: Float64Array.of(2, -1, 0.5, 0, -3, 1.2), sizes: Float64Array.of(4, 1, 2, 6, 5, 3), still: 4 };
    const unseen = { difference: -0.6, size: 3 };
    const margin = unseenMargin(units, unseen);
    const draws = 40_000;
    for (const bound of [-0.4, -0.25, -0.1, -0.02]) {
      let below = 0;
      for (let draw = 0; draw < draws; draw++) {
        const weight = () => -Math.log(1 - random());
        let sum = weight() * (unseen.difference - bound) * unseen.size;
        for (let i = 0; i < units.still; i++) sum += weight() * -bound;
        for (let i = 0; i < units.sums.length; i++)
          sum += weight() * ((units.sums[i] as number) - bound * (units.sizes[i] as number));
        if (sum <= 0) below++;
      }
      // Above the mean difference, -0.012, p is not below a half by definition.
      expect(Math.abs(margin.pAbove(bound) - below / draws)).toBeLessThan(0.012);
    }
  });

  test("its limit is where its p reaches the level, p rises with the bound, and samples without a difference may be listed or counted", () => {
    const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(differences, fc.nat(30), fc.constantFrom(0.01, 0.05, 0.3), (list, still, a) => {
        const sizes = new Float64Array(list.length).fill(1);
        const margin = unseenMargin({ sums: Float64Array.from(list), sizes, still }, { difference: -1, size: 1 });
        const limit = margin.low(a);
        if (limit > -1 + 1e-8) expect(margin.pAbove(limit - 1e-8)).toBeLessThan(a);
        expect(margin.pAbove(limit + 1e-8)).toBeGreaterThanOrEqual(a);
        expect(margin.pAbove(limit)).toBeLessThanOrEqual(margin.pAbove(limit + 0.1) + 1e-9);
        const listed = {
          sums: Float64Array.from([...list, ...new Array<number>(still).fill(0)]),
          sizes: new Float64Array(list.length + still).fill(1),
          still: 0,
        };
        expect(unseenMargin(listed, { difference: -1, size: 1 }).low(a)).toBeCloseTo(limit, 8);
      }),
    );
  });

  test("nothing is below the end of the range", () => {
    expect(unseenMargin(ones(0, 10), { difference: -1, size: 1 }).pAbove(-1)).toBe(0);
  });
});
