import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialMass } from "./binomial.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { exactFloor, exactMargin } from "./exact-margin.ts";
import type { PairedCounts } from "./paired-counts.ts";
import { tangoLow } from "./tango.ts";

const upTo = (most: number) =>
  fc
    .integer({ min: 1, max: most })
    .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n })))
    .chain(([n, flips]) => fc.tuple(fc.constant(n), fc.constant(flips), fc.integer({ min: 0, max: flips })))
    .map(([n, flips, b]) => ({ b, c: flips - b, n }));
const bounds = fc.double({ min: -0.99, max: 0.99, noNaN: true });

/** By the definition: every outcome ranked, every chance summed, at many shares of flips. */
function bruteForce(seen: PairedCounts, delta: number): number {
  const { n } = seen;
  const z = 1.6448536269514722;
  const limit = tangoLow(seen.b, seen.c, n, z) - 1e-9;
  const ranked: PairedCounts[] = [];
  for (let b = 0; b <= n; b++) {
    for (let c = 0; b + c <= n; c++) if (tangoLow(b, c, n, z) >= limit) ranked.push({ b, c, n });
  }
  const { low, high } = clopperPearson(seen.b + seen.c, n, 1 - exactFloor);
  let worst = 0;
  const steps = 1000;
  for (let i = 0; i <= steps; i++) {
    const flips = Math.max(low, -delta) + ((high - Math.max(low, -delta)) * i) / steps;
    const up = Math.max(0, (flips + Math.min(delta, flips)) / 2);
    let chance = 0;
    for (const { b, c } of ranked)
      chance += binomialMass(b + c, n, flips) * binomialMass(b, b + c, flips > 0 ? Math.min(1, up / flips) : 0);
    worst = Math.max(worst, chance);
  }
  return worst + exactFloor;
}

describe("exactMargin", () => {
  test("is what the definition gives, outcome by outcome", () => {
    fc.assert(
      fc.property(upTo(12), fc.double({ min: -0.6, max: 0.6, noNaN: true }), (seen, delta) => {
        fc.pre(delta < (seen.b - seen.c) / seen.n);
        const { high } = clopperPearson(seen.b + seen.c, seen.n, 1 - exactFloor);
        fc.pre(delta >= -high);
        expect(exactMargin(seen).pAbove(delta)).toBeCloseTo(bruteForce(seen, delta), 4);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    { n: 98, passes: false },
    { n: 99, passes: true },
  ])("identical on $n pairs passes a margin of 3 points: $passes, as .97^n says", ({ n, passes }) => {
    const p = exactMargin({ b: 0, c: 0, n }).pAbove(-0.03);
    expect(p).toBeCloseTo(0.97 ** n + exactFloor, 10);
    expect(p < 0.05).toBe(passes);
  });

  test("is close to Tango's where flips are many", () => {
    const { low } = exactMargin({ b: 300, c: 320, n: 3000 });
    expect(low(0.05)).toBeCloseTo(tangoLow(300, 320, 3000, 1.6448536269514722), 4);
  });

  test("its limit is where its p reaches the level, at any level", () => {
    fc.assert(
      fc.property(upTo(800), fc.constantFrom(0.005, 0.025, 0.05, 0.2, 0.5), (seen, a) => {
        const { pAbove, low } = exactMargin(seen);
        const limit = low(a);
        expect(limit).toBeLessThanOrEqual((seen.b - seen.c) / seen.n);
        expect(limit).toBeGreaterThanOrEqual(-1);
        if (limit > -1 + 1e-8) expect(pAbove(limit - 1e-8)).toBeLessThan(a);
        expect(pAbove(limit + 1e-8)).toBeGreaterThanOrEqual(a);
      }),
      { numRuns: 60 },
    );
  });

  test("p rises with the bound", () => {
    fc.assert(
      fc.property(upTo(400), bounds, bounds, (seen, one, other) => {
        const { pAbove } = exactMargin(seen);
        expect(pAbove(Math.min(one, other))).toBeLessThanOrEqual(pAbove(Math.max(one, other)) + 1e-9);
      }),
    );
  });

  test("where it decides, one more improvement never raises p, one more regression never lowers it", () => {
    fc.assert(
      fc.property(upTo(150), fc.double({ min: -0.2, max: 0.2, noNaN: true }), ({ b, c, n }, delta) => {
        fc.pre(b + c < n);
        const p = exactMargin({ b, c, n }).pAbove(delta);
        // Far out, the shares of flips that one more pair brings into question may weigh more.
        fc.pre(p > 0.001 && p < 0.2);
        expect(exactMargin({ b: b + 1, c, n }).pAbove(delta)).toBeLessThanOrEqual(p + 1e-9);
        expect(exactMargin({ b, c: c + 1, n }).pAbove(delta)).toBeGreaterThanOrEqual(p - 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});
