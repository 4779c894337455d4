import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { clusteredMeanOf } from "./clusters.ts";
import { designEffect, designEffectSeen } from "./design-effect.ts";
import { mcnemarChi2, mcnemarExact, mcnemarMidP } from "./mcnemar.ts";
import { chanceOfPairs, exactVerdictRates } from "./pair-outcomes.ts";
import {
  inconclusiveRateUnchanged,
  powerOfMargin,
  samplesForMargin,
  samplesToSettle,
  smallestMargin,
  verdictRates,
} from "./power-of-margin.ts";
import { differenceSd, mdeOfMeans, powerOfMeans, samplesForMeans } from "./power-of-means.ts";
import { mdeOfPairs, pairSd, powerOfPairs, samplesForPairs } from "./power-of-pairs.ts";
import { mdeOfProportions, powerOfProportions, samplesForProportions } from "./power-of-proportions.ts";
import { tQuantile } from "./student.ts";
import { tangoZ } from "./tango.ts";

const alpha = fc.double({ min: 0.001, max: 0.2, noNaN: true });
const power = fc.double({ min: 0.5, max: 0.99, noNaN: true });

describe("means", () => {
  const between = 1 / 9;
  test.each([
    [0, 1, 969],
    [1 / 6, 1, 3876],
    [1 / 6, 10, 1260],
  ])("with sigma^2 = %d and %d attempts, .03 needs %d samples", (within, attempts, samples) => {
    const sd = differenceSd({ between, candidate: within, baseline: within, attempts });
    expect(samplesForMeans({ delta: 0.03, sd })).toEqual({ samples, test: "paired-t" });
    expect(samplesForMeans({ delta: -0.03, sd }).samples).toBe(samples);
  });

  test.each([
    [198, 1, 0.132733],
    [198, 10, 0.07567],
    [1000, 1, 0.059063],
  ])("%d samples with %d attempts show %d", (n, attempts, mde) => {
    const sd = differenceSd({ between, candidate: 1 / 6, baseline: 1 / 6, attempts });
    expect(mdeOfMeans({ n, sd })).toBeCloseTo(mde, 6);
  });

  test("size, effect and power agree, grouped or not", () => {
    const effect = fc.double({ min: 1, max: 5, noNaN: true });
    const groups = fc.option(fc.integer({ min: 2, max: 200 }), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100_000 }), alpha, power, effect, groups, (n, a, b, deff, count) => {
        const demand = { alpha: a, designEffect: deff, ...(count !== undefined && { groups: count }) };
        const delta = mdeOfMeans({ n, sd: 0.4, power: b, ...demand });
        expect(powerOfMeans({ n, delta, sd: 0.4, ...demand })).toBeCloseTo(b, 8);
        expect(Math.abs(samplesForMeans({ delta, sd: 0.4, power: b, ...demand }).samples - n)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each([
    { groups: 12, size: 20, correlation: 0.3 },
    { groups: 60, size: 5, correlation: 0.6 },
  ])(
    "$groups groups of $size show the smallest effect .8 of the time, by the t test over groups",
    ({ groups, size, correlation }) => {
      const random = seededRandom(14);
      // Sums of four uniform values are near enough to normal.
      const noise = (variance: number) => (random() + random() + random() + random() - 2) * Math.sqrt(3 * variance);
      const n = groups * size;
      const variance = 0.16;
      const delta = mdeOfMeans({ n, sd: Math.sqrt(variance), designEffect: designEffect(size, correlation), groups });
      const clusterOf = Array.from({ length: n }, (_, i) => Math.floor(i / size));
      const critical = tQuantile(0.975, groups - 1);
      const runs = 3000;
      let seen = 0;
      for (let run = 0; run < runs; run++) {
        const shared = Array.from({ length: groups }, () => noise(variance * correlation));
        const values = clusterOf.map((group) => delta + (shared[group] as number) + noise(variance * (1 - correlation)));
        const { mean, se } = clusteredMeanOf(values, clusterOf, groups);
        if (mean / (se as number) >= critical) seen++;
      }
      expect(Math.abs(seen / runs - 0.8)).toBeLessThan(0.025);
    },
  );

  test("few groups see less than many", () => {
    const common = { n: 500, sd: 0.4, designEffect: 3 };
    expect(mdeOfMeans({ ...common, groups: 6 })).toBeGreaterThan(1.2 * mdeOfMeans(common));
    expect(mdeOfMeans({ ...common, groups: 500 })).toBeCloseTo(mdeOfMeans(common), 3);
  });
});

describe("pairs", () => {
  test.each([
    [0.1, 0.03, 870],
    [0.2, 0.05, 626],
  ])("with %d flipped, %d needs %d pairs", (discordance, delta, samples) => {
    expect(samplesForPairs({ delta, discordance })).toEqual({ samples, test: "mcnemar-score" });
  });

  test("the exact power at 870 pairs is .776, .804 or .809, by the test", () => {
    const model = { n: 870, better: 0.065, worse: 0.035 };
    expect(chanceOfPairs(model, (b, c) => mcnemarExact(b, c) <= 0.05)).toBeCloseTo(0.776, 3);
    expect(chanceOfPairs(model, (b, c) => mcnemarMidP(b, c) <= 0.05)).toBeCloseTo(0.804, 3);
    expect(chanceOfPairs(model, (b, c) => mcnemarChi2(b, c) <= 0.05)).toBeCloseTo(0.809, 3);
  });

  test("size, effect and power agree", () => {
    const share = fc.double({ min: 0.01, max: 0.6, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 100_000 }), alpha, power, share, (n, a, b, discordance) => {
        const delta = mdeOfPairs({ n, discordance, alpha: a, power: b });
        // Where all flips must go one way the discordance is the difference itself.
        if (delta === null || delta > discordance) return;
        expect(powerOfPairs({ n, delta, discordance, alpha: a })).toBeCloseTo(b, 6);
        expect(Math.abs(samplesForPairs({ delta, discordance, alpha: a, power: b }).samples - n)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("without a flip so far, an effect that flips one way is what could be seen", () => {
    const mde = mdeOfPairs({ n: 100, discordance: 0 }) as number;
    expect(mde).toBeGreaterThan(0.06);
    expect(mde).toBeLessThan(0.09);
    expect(powerOfPairs({ n: 100, delta: mde, discordance: mde })).toBeCloseTo(0.8, 6);
  });

  test("three pairs could not even see a difference of 1", () => {
    expect(mdeOfPairs({ n: 3, discordance: 0.1 })).toBeNull();
  });

  test("a design effect of 2 takes twice the pairs", () => {
    const plain = samplesForPairs({ delta: 0.03, discordance: 0.1 }).samples;
    expect(Math.abs(samplesForPairs({ delta: 0.03, discordance: 0.1, designEffect: 2 }).samples - 2 * plain)).toBeLessThanOrEqual(
      1,
    );
  });
});

describe("proportions of different samples", () => {
  test(".80 against .77 needs 2940 on each side, 3.4 times what pairs need", () => {
    expect(samplesForProportions({ candidate: 0.8, baseline: 0.77 })).toEqual({ samples: 2940, test: "two-proportions" });
  });

  test("size, effect and power agree, both ways", () => {
    const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 100_000 }), share, power, (n, baseline, b) => {
        const { gain, drop } = mdeOfProportions({ n, baseline, power: b });
        for (const delta of [gain, drop === null ? null : -drop]) {
          if (delta === null) continue;
          expect(powerOfProportions({ n, candidate: baseline + delta, baseline })).toBeCloseTo(b, 8);
          const found = samplesForProportions({ candidate: baseline + delta, baseline, power: b });
          expect(Math.abs(found.samples - n)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("no share above 1 can be seen", () => {
    expect(mdeOfProportions({ n: 50, baseline: 0.99 }).gain).toBeNull();
    expect(mdeOfProportions({ n: 50, baseline: 0.01 }).drop).toBeNull();
    expect(powerOfProportions({ n: 5, candidate: 1, baseline: 0 })).toBe(1);
  });
});

describe("a margin", () => {
  test(".02 with .10 flipped, unchanged, needs 1546 pairs; Tango's test then passes .796 of the time", () => {
    expect(samplesForMargin({ margin: 0.02, sd: pairSd(0.1) })).toEqual({ samples: 1546, test: "margin" });
    const passes = chanceOfPairs({ n: 1546, better: 0.05, worse: 0.05 }, (b, c) => tangoZ(b, c, 1546, -0.02) >= 1.6448536);
    expect(passes).toBeCloseTo(0.796, 3);
  });

  test("a gate over 1,000 pairs with .10 flipped passes .9075 at 0, .0497 on the margin, where .0512 fail; at -.05 .0001 and .6662", () => {
    const judge = (b: number, c: number) => {
      const z = tangoZ(b, c, 1000, -0.03);
      return z >= 1.6448536 ? "pass" : z <= -1.6448536 ? "fail" : "inconclusive";
    };
    const at = (delta: number) => exactVerdictRates({ n: 1000, better: 0.05 + delta / 2, worse: 0.05 - delta / 2 }, judge);
    expect(at(0).pass).toBeCloseTo(0.9075, 4);
    expect(at(-0.03).pass).toBeCloseTo(0.0497, 4);
    expect(at(-0.03).fail).toBeCloseTo(0.0512, 4);
    expect(at(-0.05).pass).toBeCloseTo(0.0001, 4);
    expect(at(-0.05).fail).toBeCloseTo(0.6662, 4);
    // What plan says without enumerating is within two points.
    const rates = verdictRates({ n: 1000, margin: 0.03, sd: pairSd(0.1) });
    expect(Math.abs(rates.pass - at(0).pass)).toBeLessThan(0.02);
    expect(inconclusiveRateUnchanged({ n: 1000, margin: 0.03, sd: pairSd(0.1) })).toBeCloseTo(rates.inconclusive, 12);
  });

  test("size, margin and power agree", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 100_000 }),
        alpha,
        power,
        fc.double({ min: 1, max: 4, noNaN: true }),
        (n, a, b, deff) => {
          const demand = { alpha: a, designEffect: deff };
          const margin = smallestMargin({ n, sd: 0.3, power: b, ...demand });
          expect(powerOfMargin({ n, margin, sd: 0.3, ...demand })).toBeCloseTo(b, 8);
          expect(
            Math.abs((samplesForMargin({ margin, sd: 0.3, power: b, ...demand })?.samples as number) - n),
          ).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test("rates are a distribution, and mirrored about the margin", () => {
    const delta = fc.double({ min: -0.2, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 5000 }),
        delta,
        fc.option(fc.integer({ min: 5, max: 50 }), { nil: undefined }),
        (n, d, groups) => {
          const common = { n, margin: 0.03, sd: 0.3, ...(groups !== undefined && { groups }) };
          const one = verdictRates({ ...common, delta: d });
          const other = verdictRates({ ...common, delta: -0.06 - d });
          expect(one.pass + one.fail + one.inconclusive).toBeCloseTo(1, 12);
          expect(other.fail).toBeCloseTo(one.pass, 10);
        },
      ),
    );
  });

  test("what would settle a gate depends on what it has seen", () => {
    const sd = pairSd(0.1);
    expect(samplesToSettle({ n: 600, margin: 0.02, delta: 0, sd })).toEqual({
      samples: 1546,
      more: 946,
      verdict: "pass",
      test: "margin",
    });
    expect(samplesToSettle({ n: 600, margin: 0.02, delta: -0.04, sd })).toMatchObject({
      samples: 1546,
      more: 946,
      verdict: "fail",
    });
    expect(samplesToSettle({ n: 600, margin: 0.02, delta: -0.02, sd })).toBeNull();
    expect(samplesToSettle({ n: 2000, margin: 0.02, delta: 0, sd })?.more).toBe(0);
    expect(samplesForMargin({ margin: 0.02, delta: -0.02, sd })).toBeNull();
  });
});

test("outcomes of pairs have chances that sum to 1 and means that are the model's", () => {
  const share = fc.double({ min: 0, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), share, share, (n, better, worse) => {
      expect(chanceOfPairs({ n, better, worse }, () => true)).toBeCloseTo(1, 9);
      const up = chanceOfPairs({ n, better, worse }, (b, c) => b > c);
      const down = chanceOfPairs({ n, better: worse, worse: better }, (b, c) => b < c);
      expect(up).toBeCloseTo(down, 9);
    }),
    { numRuns: 30 },
  );
});

describe("design effect", () => {
  test("of groups of 5 with a correlation of .3 is 2.2", () => {
    expect(designEffect(5, 0.3)).toBeCloseTo(2.2, 12);
  });

  test("seen is the square of how much wider the standard error is, and never below 1", () => {
    expect(designEffectSeen({ grouped: 0.03, naive: 0.02 })).toBeCloseTo(2.25, 12);
    expect(designEffectSeen({ grouped: 0.01, naive: 0.02 })).toBe(1);
  });
});

test.each([
  ["no difference of means", () => samplesForMeans({ delta: 0, sd: 1 })],
  ["a spread of 0", () => mdeOfMeans({ n: 10, sd: 0 })],
  ["no samples", () => mdeOfMeans({ n: 0, sd: 1 })],
  ["a power of 1", () => mdeOfMeans({ n: 10, sd: 1, power: 1 })],
  ["an alpha of 0", () => powerOfMeans({ n: 10, delta: 1, sd: 1, alpha: 0 })],
  ["one group", () => mdeOfMeans({ n: 10, sd: 1, groups: 1 })],
  ["a design effect of 0", () => mdeOfMeans({ n: 10, sd: 1, designEffect: 0 })],
  ["negative variance", () => differenceSd({ between: -1, candidate: 0, baseline: 0, attempts: 1 })],
  ["fewer flips than difference", () => samplesForPairs({ delta: 0.2, discordance: 0.1 })],
  ["no difference of pairs", () => samplesForPairs({ delta: 0, discordance: 0.1 })],
  ["a discordance above 1", () => mdeOfPairs({ n: 10, discordance: 1.1 })],
  ["equal proportions", () => samplesForProportions({ candidate: 0.5, baseline: 0.5 })],
  ["a proportion above 1", () => mdeOfProportions({ n: 10, baseline: 1.5 })],
  ["a margin of 0", () => samplesForMargin({ margin: 0, sd: 0.3 })],
  ["a margin's spread of 0", () => verdictRates({ n: 10, margin: 0.1, sd: 0 })],
  ["more than all flips", () => chanceOfPairs({ n: 10, better: 0.7, worse: 0.7 }, () => true)],
  ["half a pair", () => chanceOfPairs({ n: 1.5, better: 0.1, worse: 0.1 }, () => true)],
  ["groups smaller than one", () => designEffect(0, 0.1)],
  ["no standard error", () => designEffectSeen({ grouped: 1, naive: 0 })],
])("refuses %s", (_, call) => {
  expect(call).toThrow(RangeError);
});
