import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { mcnemarExact } from "./mcnemar.ts";
import { signFlip } from "./sign-flip.ts";

const random = () => {
  throw new Error("an exact test draws nothing");
};

describe("signFlip", () => {
  test.each([
    { differences: [0.3, 0.1, -0.2, 0.4, 0.5, 0.2, -0.1, 0.6], p: 0.0859375 },
    { differences: [1, 1, 0, 1, 1, 0, 1, 1], p: 0.03125 },
    { differences: [0, 0, 0], p: 1 },
  ])("of $differences is exactly $p", ({ differences, p }) => {
    expect(signFlip({ differences, random })).toEqual({ p, method: "exact" });
  });

  test("of 0/1 scores is McNemar's exact test", () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(10), fc.nat(30), (better, worse, same) => {
        const differences = [...Array(better).fill(1), ...Array(worse).fill(-1), ...Array(same).fill(0)];
        if (differences.length === 0) return;
        expect(signFlip({ differences, random }).p).toBeCloseTo(mcnemarExact(better, worse), 10);
      }),
    );
  });

  const step = fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10);
  const someDifferences = fc.array(step, { minLength: 1, maxLength: 12 });

  test("is in (0, 1], and the same in another order and with the sides changed over", () => {
    fc.assert(
      fc.property(someDifferences, (differences) => {
        const { p } = signFlip({ differences, random });
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(signFlip({ differences: [...differences].reverse(), random }).p).toBe(p);
        expect(signFlip({ differences: differences.map((d) => -d), random }).p).toBe(p);
      }),
    );
  });

  test("flips whole clusters: copies of a difference add no evidence", () => {
    fc.assert(
      fc.property(someDifferences, fc.integer({ min: 2, max: 4 }), (differences, times) => {
        const copies = differences.flatMap((d) => new Array<number>(times).fill(d));
        const clusterOf = differences.flatMap((_, i) => new Array<number>(times).fill(i));
        expect(signFlip({ differences: copies, clusterOf, random }).p).toBe(signFlip({ differences, random }).p);
      }),
    );
  });

  test("by drawing comes near the exact value, and never to 0", () => {
    // 16 better, 6 worse: 22 flips are drawn, and McNemar's exact test says the same.
    const differences = [...Array(16).fill(1), ...Array(6).fill(-1)];
    const drawn = signFlip({ differences, random: seededRandom(1), draws: 50_000 });
    expect(drawn.method).toBe("monte-carlo");
    expect(Math.abs(drawn.p - mcnemarExact(16, 6))).toBeLessThan(0.004);
    expect(signFlip({ differences: Array(100).fill(1), random: seededRandom(1), draws: 999 }).p).toBe(0.001);
  });

  test("of more than 10,000 differences takes the sum for normal, which drawing agrees with", () => {
    const differences = (n: number) => Array.from({ length: n }, (_, i) => Math.sin(i * i) + 0.012);
    const many = signFlip({ differences: differences(10_001), random });
    const drawn = signFlip({ differences: differences(10_000), random: seededRandom(5) });
    expect([many.method, drawn.method]).toEqual(["normal", "monte-carlo"]);
    expect(Math.abs(many.p - drawn.p)).toBeLessThan(0.01);
    expect(many.p).toBeGreaterThan(0.01);
    expect(many.p).toBeLessThan(0.5);
    const even = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    expect(signFlip({ differences: even, random }).p).toBe(1);
  });

  test("the same seed draws the same value", () => {
    const differences = Array.from({ length: 40 }, (_, i) => Math.sin(i) + 0.2);
    const once = signFlip({ differences, random: seededRandom(3) });
    expect(signFlip({ differences, random: seededRandom(3) })).toEqual(once);
  });

  test.each([
    { n: 12, perCluster: 1 },
    { n: 60, perCluster: 1 },
    { n: 120, perCluster: 5 },
  ])("A/A: with $n differences in clusters of $perCluster no level is exceeded", ({ n, perCluster }) => {
    const toss = seededRandom(11);
    const runs = 5000;
    const clusterOf = Array.from({ length: n }, (_, i) => Math.floor(i / perCluster));
    const ps: number[] = [];
    for (let run = 0; run < runs; run++) {
      let shared = 0;
      const differences = Array.from({ length: n }, (_, i) => {
        if (i % perCluster === 0) shared = toss() - 0.5;
        return perCluster === 1 ? toss() - toss() : shared + 0.2 * (toss() - 0.5);
      });
      ps.push(signFlip({ differences, clusterOf, random: toss, draws: 199 }).p);
    }
    for (const level of [0.01, 0.05, 0.1, 0.25, 0.5]) {
      const share = ps.filter((p) => p <= level).length / runs;
      // Three Monte Carlo standard errors.
      expect(share).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / runs));
      expect(share).toBeGreaterThan(level - 4 * Math.sqrt((level * (1 - level)) / runs));
    }
  });

  test.each([
    { differences: [] },
    { differences: [Number.NaN] },
    { differences: [1], clusterOf: [-1] },
    { differences: [1, 1], clusterOf: [0] },
  ])("refuses $differences in $clusterOf", (given) => {
    expect(() => signFlip({ ...given, random })).toThrow(RangeError);
  });

  test("refuses to draw no signs", () => {
    expect(() => signFlip({ differences: Array(30).fill(1), random: seededRandom(1), draws: 0 })).toThrow(RangeError);
  });
});
