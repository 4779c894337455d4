import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judged, sideOf } from "../../../test/support/side-values.ts";
import { exactPower, exactUnchanged } from "./exact-rates.ts";
import { makePlan, type PlanFacts } from "./make-plan.ts";
import type { Spread } from "./plan.ts";
import { assumedSpread, attemptSpread, halfCorrelated, pairSpread } from "./spread.ts";

const facts = (more: Partial<PlanFacts> = {}): PlanFacts => ({
  eval: "tickets.heldout.v1",
  metric: "accuracy",
  better: "higher",
  unitRange: true,
  delta: 0.03,
  power: 0.8,
  margin: null,
  available: 600,
  attempts: null,
  price: { tokens: 100, usd: 0.001, ms: 10 },
  spreads: [assumedSpread(0.1)],
  notes: [],
  ...more,
});

/** Spreads with known parts, for the vectors of Miller 2024. */
const parted = (sigma: number): Spread => ({
  from: "given",
  assumed: false,
  difference: 0,
  flips: null,
  between: 1 / 9,
  within: { baseline: sigma, candidate: sigma },
  groups: null,
});

describe("samples for a difference", () => {
  test("of right-or-wrong replies: so many that the exact test sees it as often as asked, and hardly more", () => {
    const [scenario] = makePlan(facts({ available: 5000 })).scenarios;
    const [way] = scenario?.ways ?? [];
    expect(way).toMatchObject({ attempts: 1, test: "paired-exact", exact: true, reachable: true });
    // The normal size is 870; the exact test has .783 there.
    expect(way?.samples).toBeGreaterThan(870);
    expect(way?.samples).toBeLessThan(940);
    expect(exactPower({ n: way?.samples ?? 1, delta: 0.03, discordance: 0.1 })).toBeGreaterThanOrEqual(0.8);
    expect(way).toMatchObject({ requests: way?.samples, tokens: 100 * (way?.samples ?? 0), ms: 10 * (way?.samples ?? 0) });
  });

  test.each([
    { sigma: 0, attempts: 1, samples: 970 },
    { sigma: 1 / 6, attempts: 1, samples: 3877 },
    { sigma: 1 / 6, attempts: 10, samples: 1260 },
  ])("of scores that vary by $sigma between attempts, $attempts of them: $samples", ({ sigma, attempts, samples }) => {
    const [scenario] = makePlan(facts({ attempts, spreads: [parted(sigma)], available: 10_000 })).scenarios;
    expect(scenario?.ways).toHaveLength(1);
    expect(Math.abs((scenario?.ways[0]?.samples ?? 0) - samples)).toBeLessThanOrEqual(1);
    expect(scenario?.ways[0]?.test).toBe("paired-t");
  });

  test.each([
    { attempts: 1, mde: 0.132733 },
    { attempts: 10, mde: 0.07567 },
  ])("and with 198 samples and $attempts attempts a difference of $mde is seen", ({ attempts, mde }) => {
    const [scenario] = makePlan(facts({ attempts, spreads: [parted(1 / 6)], available: 198 })).scenarios;
    expect(scenario?.present.mde).toBeCloseTo(mde, 5);
  });

  test("attempts make up for samples that are not there, and the cheapest way is named", () => {
    const plan = makePlan(facts({ spreads: [parted(1 / 6)], available: 1500 }));
    const [scenario] = plan.scenarios;
    const best = scenario?.ways[scenario.best ?? -1];
    expect(best?.samples).toBeLessThanOrEqual(1500);
    expect(scenario?.ways.filter(({ reachable }) => reachable).every(({ requests }) => requests >= (best?.requests ?? 0))).toBe(
      true,
    );
    expect(plan.sentence).toMatch(
      /^1,500 samples are enough to see 3\.0 points on .*: [\d,]+ are needed with \d+ attempts each \(/,
    );
  });

  test("what cannot be reached is said, with how many samples it takes", () => {
    const plan = makePlan(facts());
    expect(plan.scenarios[0]?.best).toBeNull();
    expect(plan.sentence).toMatch(
      /^600 samples are too few to see 3\.0 points on tickets\.heldout\.v1: 9\d\d are needed \(10\.0 % flips, assumed\)\.$/,
    );
  });

  test("attempts without knowing what they bring are said to be a guess that is not made", () => {
    const plan = makePlan(facts({ attempts: 3 }));
    expect(plan.scenarios[0]?.ways.map(({ attempts }) => attempts)).toEqual([1]);
    expect(plan.notes).toEqual([expect.stringMatching(/^what 3 attempts bring is not known/)]);
  });

  test("grouped samples are worth fewer", () => {
    const grouped: Spread = { ...assumedSpread(0.1), groups: { designEffect: 2, perSample: 0.1 } };
    const [alone, together] = makePlan(facts({ spreads: [assumedSpread(0.1), grouped] })).scenarios.map(({ ways }) => ways[0]);
    expect(together?.samples).toBeGreaterThan(1.7 * (alone?.samples ?? 0));
    expect(together?.test).toBe("paired-cluster-t");
  });
});

describe("a margin", () => {
  test("that the samples cannot settle: how often, and how many more would", () => {
    const [scenario] = makePlan(facts({ margin: 0.02 })).scenarios;
    expect(scenario?.present.margin).toMatchObject({ margin: 0.02, exact: true });
    expect(scenario?.present.margin?.unchanged.inconclusive).toBeGreaterThan(0.4);
    // 1,546 by the normal formula.
    expect(scenario?.present.margin?.more_samples).toBe(946);
    // By the normal formula .0321, where the exact test falls short.
    const smallest = scenario?.present.smallest_margin ?? 0;
    const passes = (margin: number) => exactUnchanged({ n: 600, margin, discordance: 0.1 }).pass;
    expect(passes(smallest)).toBeGreaterThanOrEqual(0.8);
    expect(passes(0.985 * smallest)).toBeLessThan(0.8);
  });
});

test("more power, a smaller difference or more flips never need fewer samples", () => {
  const spread = fc.record({
    delta: fc.double({ min: 0.02, max: 0.3, noNaN: true }),
    flips: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    power: fc.constantFrom(0.5, 0.8, 0.9),
  });
  const samples = ({ delta, flips, power }: { delta: number; flips: number; power: number }) =>
    makePlan(facts({ delta, power, spreads: [{ ...assumedSpread(flips), flips: null }] })).scenarios[0]?.ways[0]?.samples ?? 0;
  fc.assert(
    fc.property(spread, (one) => {
      const found = samples(one);
      expect(samples({ ...one, delta: one.delta / 1.5 })).toBeGreaterThanOrEqual(found);
      expect(samples({ ...one, flips: Math.min(1, one.flips * 1.5) })).toBeGreaterThanOrEqual(found);
      expect(samples({ ...one, power: 0.95 })).toBeGreaterThanOrEqual(found);
    }),
  );
});

describe("what a pilot tells", () => {
  const share = (n: number, right: number, attempt = 0) =>
    Array.from({ length: n }, (_, at) => judged(at, at < right, { attempt, seq: attempt * n + at }));

  test("two runs: the share of pairs that flip, and by how much they differ", async () => {
    const spread = await pairSpread(await sideOf(share(100, 60)), await sideOf(share(100, 70), { completion_fn: "new" }));
    expect(spread).toMatchObject({ from: "new against mock, 100 pairs", flips: 0.1, within: null, groups: null });
    expect(spread?.difference).toBeCloseTo(0.1, 12);
  });

  test("two equal runs still flip a little: as much as nothing among n cannot rule out", async () => {
    const spread = await pairSpread(await sideOf(share(100, 60)), await sideOf(share(100, 60)));
    expect(spread?.flips).toBeCloseTo(1 - 0.05 ** 0.01, 12);
  });

  test("attempts: what wavers between them, apart from what does not", async () => {
    // Half of the samples always pass; of the others one attempt of two.
    const steady = (attempt: number) =>
      Array.from({ length: 100 }, (_, at) => judged(at, at < 50 || attempt === 0, { attempt, seq: attempt * 100 + at }));
    const side = await sideOf([...steady(0), ...steady(1)]);
    const spread = await attemptSpread(side);
    // Two attempts of 0 and 1 have a variance of 1/2, in half of the samples.
    expect(spread?.within).toEqual({ baseline: 0.25, candidate: 0.25 });
    const pair = await pairSpread(side, side);
    expect(pair).toMatchObject({ flips: null, within: { baseline: 0.25, candidate: 0.25 } });
    expect(await attemptSpread(await sideOf(share(10, 5)))).toBeNull();
  });

  test("one run of scores: half correlated, by its own variance", async () => {
    const spread = halfCorrelated(await sideOf(share(100, 50)));
    expect(spread?.between).toBeCloseTo(25 / 99, 9);
    expect(spread?.assumed).toBe(true);
  });
});
