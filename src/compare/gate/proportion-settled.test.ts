import { expect, test } from "vitest";
import { clopperPearson } from "../../stats/clopper-pearson.ts";
import { proportionSettledBy } from "./proportion-settled.ts";

test.each([
  // .05^(1/4) = .473 is the first above .4.
  { share: 1, bound: 0.4, n: 2, alpha: 0.05, size: 4 },
  { share: 0, bound: 0.6, n: 2, alpha: 0.05, size: 4 },
  // .05^(1/29) = .9019
  { share: 1, bound: 0.9, n: 10, alpha: 0.05, size: 29 },
  { share: 1, bound: 0.4, n: 2, alpha: 0.025, size: 5 },
])("$share against $bound is settled by $size samples", ({ share, bound, n, alpha, size }) => {
  expect(proportionSettledBy(share, bound, { n, alpha })).toBe(size);
  const settled = (samples: number) => {
    const { low, high } = clopperPearson(share * samples, samples, 1 - 2 * alpha);
    return low >= bound || high <= bound;
  };
  expect([settled(size - 1), settled(size)]).toEqual([false, true]);
});

test("a share at its bound is settled by no number, and one near to it by none that is tried", () => {
  expect(proportionSettledBy(0.5, 0.5, { n: 10, alpha: 0.05 })).toBeNull();
  expect(proportionSettledBy(0.9, 0.899, { n: 10, alpha: 0.05 })).toBeNull();
});
