import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { wilson } from "../stats/wilson.ts";
import { estimate } from "./estimate.ts";

const ids = fc.array(fc.nat(12), { minLength: 60, maxLength: 60 });

test("any values, samples and groups: the interval holds the estimate, has width, and stays in range", () => {
  // In steps of a millionth: a spread of 1e-10 is narrow, not none.
  const value = fc.oneof(
    fc.constantFrom(0, 1),
    fc.integer({ min: 0, max: 1_000_000 }).map((steps) => steps / 1_000_000),
  );
  const rows = fc.record({
    values: fc.oneof(
      fc.array(value, { minLength: 1, maxLength: 60 }),
      fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 60 }),
      fc.tuple(value, fc.integer({ min: 1, max: 60 })).map(([one, n]) => new Array<number>(n).fill(one)),
    ),
    samples: fc.option(ids, { nil: undefined }),
    groups: fc.option(ids, { nil: undefined }),
  });
  fc.assert(
    fc.property(rows, ({ values, samples, groups }) => {
      // A sample has one group.
      const groupOf = groups && samples ? samples.map((sample) => groups[sample] as number) : groups;
      const found = estimate({
        values: Float64Array.from(values),
        samples: samples && Uint32Array.from(samples.slice(0, values.length), (sample) => sample + 1),
        groups: groupOf && Uint32Array.from(groupOf.slice(0, values.length)),
        unitRange: true,
      });
      if (found.interval === null) {
        expect(found.reason).toMatch("too few for an interval");
        return;
      }
      const { low, high } = found.interval;
      expect(low).toBeLessThanOrEqual((found.value as number) + 1e-12);
      expect(high).toBeGreaterThanOrEqual((found.value as number) - 1e-12);
      expect(high - low).toBeGreaterThan(1e-9);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});

/** How often the interval holds p, when each group fails or passes as one with probability `together`. */
function coverage({ groups, size, p, together }: { groups: number; size: number; p: number; together: number }) {
  const random = seededRandom(7);
  const runs = 2000;
  let [ours, naive] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const values = new Float64Array(groups * size);
    const of = new Uint32Array(groups * size);
    for (let group = 0; group < groups; group++) {
      const shared = random() < together ? (random() < p ? 1 : 0) : undefined;
      for (let i = 0; i < size; i++) {
        values[group * size + i] = shared ?? (random() < p ? 1 : 0);
        of[group * size + i] = group + 1;
      }
    }
    const { interval } = estimate({ values, groups: of, unitRange: true });
    if (interval && interval.low <= p && p <= interval.high) ours++;
    const right = values.reduce((sum, value) => sum + value, 0);
    const { low, high } = wilson(right, values.length);
    if (low <= p && p <= high) naive++;
  }
  return { ours: ours / runs, naive: naive / runs };
}

test.each([
  { groups: 10, size: 10, p: 0.5, together: 0.5 },
  { groups: 20, size: 10, p: 0.5, together: 0.5 },
  { groups: 50, size: 10, p: 0.5, together: 0.5 },
  { groups: 20, size: 10, p: 0.9, together: 1 },
  { groups: 50, size: 10, p: 0.9, together: 1 },
  { groups: 20, size: 10, p: 0.9, together: 0 },
  { groups: 20, size: 10, p: 0.97, together: 0 },
])("$groups groups of $size that agree with chance $together at p = $p: covered as promised", (design) => {
  const { ours, naive } = coverage(design);
  expect(ours).toBeGreaterThan(0.935);
  if (design.together >= 0.5) expect(naive).toBeLessThan(0.75);
});
