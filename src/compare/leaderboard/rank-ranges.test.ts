import fc from "fast-check";
import { expect, test } from "vitest";
import { everyTwo, withHolm } from "./duels.ts";
import { rankRanges } from "./rank-ranges.ts";

test("a claim moves the ends; a lead without one moves only the rank", () => {
  const outcomes = [
    { first: 0, second: 1, difference: 0.2, p_adjusted: 0.01 },
    { first: 0, second: 2, difference: 0.1, p_adjusted: 0.2 },
    { first: 1, second: 2, difference: -0.1, p_adjusted: null },
  ];
  expect(rankRanges(3, outcomes)).toEqual([
    { rank: 1, best: 1, worst: 2 },
    { rank: 3, best: 2, worst: 3 },
    { rank: 2, best: 1, worst: 3 },
  ]);
});

test("equals share the better rank, and models that never met leave all ranks open", () => {
  expect(rankRanges(2, [{ first: 0, second: 1, difference: 0, p_adjusted: 1 }])).toEqual([
    { rank: 1, best: 1, worst: 2 },
    { rank: 1, best: 1, worst: 2 },
  ]);
  expect(rankRanges(2, []).map(({ best, worst }) => [best, worst])).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

const tournaments = fc.integer({ min: 1, max: 7 }).chain((count) =>
  fc
    .array(
      fc.record({ difference: fc.double({ min: -1, max: 1, noNaN: true }), p: fc.double({ min: 0, max: 1, noNaN: true }) }),
      {
        minLength: (count * (count - 1)) / 2,
        maxLength: (count * (count - 1)) / 2,
      },
    )
    .map((found) => ({
      count,
      outcomes: withHolm(everyTwo(count).map(([first, second], at) => ({ first, second, difference: 0, p: 1, ...found[at] }))),
    })),
);

test("the range always contains the rank, and lies within 1 and the number of models", () => {
  fc.assert(
    fc.property(tournaments, ({ count, outcomes }) => {
      for (const { rank, best, worst } of rankRanges(count, outcomes)) {
        expect(best).toBeGreaterThanOrEqual(1);
        expect(rank).toBeGreaterThanOrEqual(best);
        expect(worst).toBeGreaterThanOrEqual(rank);
        expect(worst).toBeLessThanOrEqual(count);
      }
    }),
  );
});

test("whatever order the outcomes come in, and whoever is named first, the ranges are the same", () => {
  fc.assert(
    fc.property(tournaments, ({ count, outcomes }) => {
      const turned = [...outcomes]
        .reverse()
        .map(({ first, second, difference, ...rest }) => ({ ...rest, first: second, second: first, difference: -difference }));
      expect(rankRanges(count, turned)).toEqual(rankRanges(count, outcomes));
    }),
  );
});
