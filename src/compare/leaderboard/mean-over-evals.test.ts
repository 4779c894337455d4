import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalQuantile } from "../../stats/normal.ts";
import { normalCdf } from "../../stats/normal-cdf.ts";
import { pairedDifference } from "../../stats/paired-difference.ts";
import { meanInterval, meanP, type OnEval } from "./mean-over-evals.ts";

/** A value whose intervals are those of a normal distribution. */
const normal = (value: number, se: number): OnEval => ({
  value,
  interval: (level) => {
    const reach = se * normalQuantile(0.5 + level / 2);
    return { low: value - reach, high: value + reach };
  },
});

/** So many samples won, lost and tied. */
function duel(won: number, lost: number, tied: number): OnEval {
  const all = [...Array<number>(won).fill(1), ...Array<number>(lost).fill(-1), ...Array<number>(tied).fill(0)];
  const found = pairedDifference({
    candidate: all.map((by) => (by > 0 ? 1 : 0)),
    baseline: all.map((by) => (by < 0 ? 1 : 0)),
    unitRange: true,
  });
  if (found === null) throw new Error("no samples");
  return found;
}

describe("meanP", () => {
  test.each([
    [normal(0.1, 0.05), normal(0.2, 0.05)],
    [normal(-0.1, 0.05), normal(0.02, 0.1)],
    [normal(0.01, 0.05)],
    [normal(0.3, 0.1), normal(-0.1, 0.1), normal(0.05, 0.02)],
  ])("of normal values is that of their mean", (...evals) => {
    const mean = evals.reduce((sum, { value }) => sum + value, 0) / evals.length;
    const squares = evals.reduce((sum, { value, interval }) => {
      const found = interval(normalCdf(1) - normalCdf(-1));
      return sum + (found === null ? 0 : (found.high - value) ** 2);
    }, 0);
    const exact = 2 * normalCdf((-Math.abs(mean) * evals.length) / Math.sqrt(squares));
    expect(Math.abs((meanP(evals) ?? 0) / exact - 1)).toBeLessThan(0.02);
  });

  test("is below .05 where the interval leaves 0 out, and nowhere else", () => {
    const counts = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 3 }), (evals) => {
        const on = evals.map((one) => duel(...one));
        const interval = meanInterval(on);
        const p = meanP(on);
        expect((p ?? 1) < 0.05).toBe(interval !== null && (interval.low > 0 || interval.high < 0));
      }),
      { numRuns: 60 },
    );
  });

  test("takes an eval that was lost for what it is, and not for chance in the others", () => {
    // 500 won, 115 lost: two evals of 600 and 200 won, one of 100 lost.
    const p = meanP([duel(380, 6, 214), duel(120, 29, 51), duel(0, 80, 20)]);
    expect(p).toBeLessThan(0.001);
  });

  test("there is none where an eval has no interval, and 1 where nothing differs", () => {
    expect(meanP([normal(0.1, 0.05), { value: 0, interval: () => null }])).toBeNull();
    expect(meanP([duel(5, 5, 10)])).toBe(1);
    expect(meanP([normal(5, 1e-3)])).toBeLessThan(2e-9);
  });
});
