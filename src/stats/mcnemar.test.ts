import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialMass } from "./binomial.ts";
import { mcnemarChi2, mcnemarCorrected, mcnemarExact, mcnemarMidP } from "./mcnemar.ts";

test.each([
  [10, 3, 0.09228516, 0.05737305, 0.05220364, 0.09609233],
  [25, 12, 0.04703103, 0.03355244, 0.0325828, 0.04851974],
  [6, 0, 0.03125, 0.015625, 0.01430588, 0.04122683],
  [40, 25, 0.08168153, 0.0640175, 0.06281185, 0.08247789],
  [5, 5, 1, 0.87695313, 1, 0.75182963],
])("%d better and %d worse: exact %d, mid-p %d, chi2 %d, corrected %d", (better, worse, exact, midP, chi2, corrected) => {
  expect(mcnemarExact(better, worse)).toBeCloseTo(exact, 8);
  expect(mcnemarMidP(better, worse)).toBeCloseTo(midP, 8);
  expect(mcnemarChi2(better, worse)).toBeCloseTo(chi2, 8);
  expect(mcnemarCorrected(better, worse)).toBeCloseTo(corrected, 8);
});

test("30 wins and 18 losses, ties left out, are a sign test with p = .11140289 and mid-p .08543313", () => {
  expect(mcnemarExact(30, 18)).toBeCloseTo(0.11140289, 8);
  expect(mcnemarMidP(30, 18)).toBeCloseTo(0.08543313, 8);
});

describe.each([
  ["exact", mcnemarExact],
  ["mid-p", mcnemarMidP],
  ["chi2", mcnemarChi2],
  ["corrected", mcnemarCorrected],
])("%s", (_, p) => {
  const count = fc.integer({ min: 0, max: 100_000 });

  test("is a probability, and the same when the sides change places", () => {
    fc.assert(
      fc.property(count, count, (better, worse) => {
        expect(p(better, worse)).toBeGreaterThanOrEqual(0);
        expect(p(better, worse)).toBeLessThanOrEqual(1);
        expect(p(worse, better)).toBe(p(better, worse));
      }),
    );
  });

  test("without a flip is 1", () => {
    expect(p(0, 0)).toBe(1);
  });

  test.each([
    [-1, 2],
    [1.5, 2],
    [1, Number.NaN],
  ])("refuses %d and %d", (better, worse) => {
    expect(() => p(better, worse)).toThrow(RangeError);
  });
});

/** The chance of a p-value of at most .05 among so many flips, when better and worse are equally likely. */
function levelAt(p: typeof mcnemarExact, flips: number): number {
  let level = 0;
  let chance = 2 ** -flips;
  for (let better = 0; better <= flips; better++) {
    if (p(better, flips - better) <= 0.05) level += chance;
    chance *= (flips - better) / (better + 1);
  }
  return level;
}

test("the exact test never exceeds 5 %; mid-p does only for some numbers of flips, and by at most 0.3 points over all of them", () => {
  const n = 200;
  const flips = Array.from({ length: n + 1 }, (_, i) => i);
  expect(Math.max(...flips.map((i) => levelAt(mcnemarExact, i)))).toBeLessThanOrEqual(0.05 + 1e-9);
  const midP = flips.map((i) => levelAt(mcnemarMidP, i));
  expect(Math.max(...midP)).toBeCloseTo(0.0768, 4);
  for (let discordance = 0.005; discordance < 1; discordance += 0.005) {
    const level = flips.reduce((sum, i) => sum + binomialMass(i, n, discordance) * (midP[i] as number), 0);
    expect(level).toBeLessThan(0.053);
  }
});
