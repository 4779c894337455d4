import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { meanClaim } from "./mean-claim.ts";

/** How often a rule at the very truth passes, and fails, at 5 %. */
function wrong(
  times: number,
  truth: number,
  draw: () => { values: number[]; groups?: number[] },
): { passes: number; fails: number } {
  let [passes, fails] = [0, 0];
  for (let i = 0; i < times; i++) {
    const { values, groups } = draw();
    const interval = meanClaim({
      values: Float64Array.from(values),
      groups: groups && Uint32Array.from(groups),
      unitRange: true,
    })?.interval(0.9);
    if (interval && interval.low >= truth) passes++;
    if (interval && interval.high < truth) fails++;
  }
  return { passes: passes / times, fails: fails / times };
}

describe("a threshold at the truth", () => {
  test.each([
    { truth: 0.8, groups: 20, size: 5 },
    { truth: 0.9, groups: 40, size: 5 },
    { truth: 0.95, groups: 100, size: 5 },
    { truth: 0.5, groups: 100, size: 3 },
  ])(
    "is passed, and failed, at most 5 % of the time: $truth in $groups groups of $size that hang together",
    ({ truth, groups, size }) => {
      const random = seededRandom(3);
      const found = wrong(1500, truth, () => {
        const drawn = { values: [] as number[], groups: [] as number[] };
        for (let group = 1; group <= groups; group++) {
          const together = random() < 0.3;
          const common = random();
          for (let i = 0; i < size; i++) {
            drawn.values.push((together ? common : random()) < truth ? 1 : 0);
            drawn.groups.push(group);
          }
        }
        return drawn;
      });
      // Monte Carlo standard error 0.6 points.
      expect(found.passes).toBeLessThan(0.063);
      expect(found.fails).toBeLessThan(0.063);
    },
  );

  test.each([30, 200])("holds for scores between 0 and 1 that are mostly near 1: %i samples", (n) => {
    const random = seededRandom(4);
    const found = wrong(1500, 0.9, () => ({ values: Array.from({ length: n }, () => (random() < 0.2 ? random() : 1)) }));
    expect(found.passes).toBeLessThan(0.063);
    expect(found.fails).toBeLessThan(0.063);
  });
});

test("scores that are all alike have an interval, as many groups as there are", () => {
  const values = new Float64Array(100).fill(1);
  const groups = Uint32Array.from(values, (_, row) => 1 + Math.floor(row / 10));
  const [alone, grouped] = [meanClaim({ values, unitRange: true }), meanClaim({ values, groups, unitRange: true })];
  expect(alone?.interval(0.9)?.low).toBeCloseTo(0.05 ** (1 / 100), 6);
  expect(grouped?.interval(0.9)?.low).toBeLessThan(0.78);
  expect(meanClaim({ values, unitRange: false })?.interval(0.9)).toBeNull();
  expect(meanClaim({ values, groups: new Uint32Array(100).fill(1), unitRange: true })?.reason).toContain(
    "1 group says too little",
  );
});
