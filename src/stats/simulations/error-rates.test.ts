import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { errorRates } from "./error-rates.ts";
import { approximateShare, clusterT, ours, tIgnoringGroups } from "./paired-methods.ts";
import { flipWorld, scoreWorlds } from "./paired-worlds.ts";

const runs = 400;
/** Four standard errors of a share of `runs` that is truly 5 %: of a thousand shares, none comes so far by chance. */
const slack = 4 * Math.sqrt((0.05 * 0.95) / runs);

describe.each([
  { n: 50, count: 25 },
  { n: 500, count: 20 },
  { n: 500, count: 50 },
  { n: 500, count: 100 },
  { n: 2000, count: 50 },
  { n: 2000, count: 200 },
])("$n right-or-wrong samples in $count groups", ({ n, count }) => {
  test.each([
    { delta: 0, flips: 0.05 },
    { delta: 0, flips: 0.2 },
    { delta: -0.03, flips: 0.1 },
    { delta: -0.05, flips: 0.2 },
    { delta: 0.1, flips: 0.2 },
  ])(
    "a true difference of $delta with $flips flips: intervals, passes and fails are wrong at most as often as stated",
    ({ delta, flips }) => {
      for (const icc of [0, 0.2, 0.5]) {
        for (const uneven of [false, true]) {
          const random = seededRandom(20261120);
          const rates = errorRates(flipWorld({ n, delta, flips, groups: { count, icc, uneven } }), { ours }, { runs, random });
          const where = `icc ${icc}, ${uneven ? "uneven" : "equal"} groups`;
          expect(rates.ours.excluded, where).toBeLessThanOrEqual(0.05 + slack);
          expect(rates.ours.excluded, where).toBeLessThanOrEqual(0.07);
          expect(rates.ours.passed, where).toBeLessThanOrEqual(0.05 + slack);
          expect(rates.ours.failed, where).toBeLessThanOrEqual(0.05 + slack);
        }
      }
    },
  );
});

describe.each([5, 30, 200, 1000])("scores between 0 and 1 of %d samples", (n) => {
  test.each([0.01, 0.03, 0.1])(
    "a share of %d may be lost: intervals, passes and fails are wrong at most as often as stated",
    (lost) => {
      for (const world of scoreWorlds(n, lost)) {
        const { ours: rates } = errorRates(world, { ours }, { runs, random: seededRandom(20261120) });
        expect(Math.max(rates.excluded, rates.passed, rates.failed), world.name).toBeLessThanOrEqual(0.05 + slack);
      }
    },
  );
});

test.each([
  {
    why: "few groups carry all the losses",
    world: { n: 2000, delta: -0.03, flips: 0.03, groups: { count: 50, icc: 0.5, uneven: false } },
  },
  { why: "there are 10 groups", world: { n: 500, delta: -0.03, flips: 0.1, groups: { count: 10, icc: 0.5, uneven: false } } },
])("where $why, outside the region in which rates hold, results are marked approximate", ({ world }) => {
  expect(approximateShare(flipWorld(world), { runs: 200, random: seededRandom(20261120) })).toBeGreaterThan(0.95);
});

describe("what is done elsewhere", () => {
  const random = () => seededRandom(1);

  test("a t test that ignores groups, or pools attempts, alarms on equal models 40 % of the time", () => {
    const world = flipWorld({ n: 500, delta: 0, flips: 0.2, groups: { count: 50, icc: 0.5, uneven: false } });
    const rates = errorRates(world, { ours, tIgnoringGroups }, { runs: 1000, random: random() });
    expect(rates.tIgnoringGroups.excluded).toBeGreaterThan(0.35);
    expect(rates.ours.excluded).toBeLessThanOrEqual(0.06);
  });

  test("a cluster-robust t test alone passes a candidate at the margin 3 times too often when few groups carry its losses", () => {
    const world = flipWorld({ n: 500, delta: -0.03, flips: 0.03, groups: { count: 50, icc: 0.5, uneven: false } });
    const rates = errorRates(world, { ours, clusterT }, { runs: 1000, random: random() });
    expect(rates.clusterT.passed).toBeGreaterThan(0.15);
    expect(rates.ours.passed).toBeLessThanOrEqual(0.06);
  });

  test("Student's t misses the truth most of the time when few scores are lost", () => {
    const world = scoreWorlds(50, 0.01)[1] as ReturnType<typeof flipWorld>;
    const rates = errorRates(world, { ours, tIgnoringGroups }, { runs: 1000, random: random() });
    expect(rates.tIgnoringGroups.excluded).toBeGreaterThan(0.5);
    expect(rates.ours.excluded).toBeLessThanOrEqual(0.06);
  });
});
