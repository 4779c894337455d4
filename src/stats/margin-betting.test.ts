import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { type MarginBetting, notWorseThanMargin, worseThanMargin } from "./margin-betting.ts";

const margin = 0.03;
const alpha = 0.05;

/** Differences of 0/1 pairs. */
const pairs = (random: () => number, delta: number, discordance: number) => () => {
  const u = random();
  return u < (discordance + delta) / 2 ? 1 : u < discordance ? -1 : 0;
};

/** How often a process that is looked at after every step rejects, and after how many steps it stops on average. */
function simulate({
  make,
  next,
  runs,
  steps,
}: {
  make: () => MarginBetting;
  next: () => number | number[];
  runs: number;
  steps: number;
}) {
  let [rejected, taken] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const process = make();
    let step = 0;
    while (step < steps && !process.rejected(alpha)) {
      process.add(next());
      step++;
    }
    if (process.rejected(alpha)) rejected++;
    taken += step;
  }
  return { rate: rejected / runs, mean: taken / runs };
}

describe("a candidate is stopped early, looked at after every sample,", () => {
  const fail = (delta: number, discordance = 0.1) =>
    simulate({
      make: () => worseThanMargin({ margin }),
      next: pairs(seededRandom(9), delta, discordance),
      runs: 2000,
      steps: 1000,
    });

  test.each([
    [-0.03, 0.1],
    [-0.03, 0.03],
    [-0.03, 0.5],
  ])("at most 5 %% of the time at %d, on the margin, with %d flipped", (delta, discordance) => {
    expect(fail(delta, discordance).rate).toBeLessThan(0.05);
  });

  test.each([0, 0.03])("hardly ever at %d", (delta) => {
    expect(fail(delta).rate).toBeLessThan(0.002);
  });

  test("at -.05 in more than 31 % of runs, at -.10 in all within 167 samples, at -.20 within 57", () => {
    expect(fail(-0.05).rate).toBeGreaterThan(0.312);
    expect(fail(-0.1).rate).toBeGreaterThan(0.999);
    expect(fail(-0.1).mean).toBeLessThan(167);
    expect(fail(-0.2, 0.2).rate).toBe(1);
    expect(fail(-0.2, 0.2).mean).toBeLessThan(57);
  });
});

describe("with groups, bets are placed on whole groups:", () => {
  /** A group that mostly moves as one, with `delta` on average; every other group may be small. */
  const groups = (random: () => number, delta: number, small: number) => {
    let count = 0;
    return () => {
      const size = count++ % 2 === 0 ? 10 : small;
      const shared = pairs(random, delta, 0.2)();
      const own = pairs(random, delta, 0.2);
      return Array.from({ length: size }, () => (random() < 0.7 ? shared : own()));
    };
  };
  const fail = (delta: number, small = 10) =>
    simulate({
      make: () => worseThanMargin({ margin, largestGroup: 10 }),
      next: groups(seededRandom(10), delta, small),
      runs: 2000,
      steps: 100,
    });

  test.each([10, 1])("at most 5 %% are stopped on the margin, with every other group of %d", (small) => {
    expect(fail(-0.03, small).rate).toBeLessThan(0.05);
    expect(fail(0, small).rate).toBeLessThan(0.01);
  });

  test("a clear drop is still stopped, after half of the groups or less", () => {
    expect(fail(-0.2).rate).toBeGreaterThan(0.9);
    expect(fail(-0.2).mean).toBeLessThan(50);
  });

  test("taking samples of a group for independent ones would not keep to 5 %", () => {
    const next = groups(seededRandom(10), -0.03, 10);
    const make = (): MarginBetting => {
      const process = worseThanMargin({ margin });
      return {
        add: (group) => {
          for (const difference of group as readonly number[]) process.add(difference);
        },
        wealth: process.wealth,
        rejected: (level) => process.rejected(level),
      };
    };
    expect(simulate({ make, next, runs: 1000, steps: 100 }).rate).toBeGreaterThan(0.1);
  });
});

test("an early pass comes at most 5 % of the time on the margin, and in 60 % or more of unchanged models", () => {
  const pass = (delta: number) =>
    simulate({ make: () => notWorseThanMargin({ margin }), next: pairs(seededRandom(12), delta, 0.1), runs: 2000, steps: 1000 });
  expect(pass(-0.03).rate).toBeLessThan(0.05);
  expect(pass(-0.05).rate).toBeLessThan(0.01);
  expect(pass(0).rate).toBeGreaterThan(0.6);
  expect(pass(0.03).rate).toBeGreaterThan(0.998);
  expect(pass(0.03).mean).toBeLessThan(219);
});

test("a group of one is a sample", () => {
  const [one, other] = [worseThanMargin({ margin }), worseThanMargin({ margin })];
  for (const difference of [0, -1, 0, 0.5, -1]) {
    one.add(difference);
    other.add([difference]);
  }
  expect(other.wealth).toBe(one.wealth);
});

test.each([
  ["a margin of 1", () => worseThanMargin({ margin: 1 })],
  ["a negative margin", () => notWorseThanMargin({ margin: -0.1 })],
  ["no largest group", () => worseThanMargin({ margin, largestGroup: 0 })],
  ["a larger group than said", () => worseThanMargin({ margin, largestGroup: 2 }).add([0, 0, 0])],
  ["a difference above 1", () => worseThanMargin({ margin }).add(1.5)],
  ["no number", () => worseThanMargin({ margin }).add(Number.NaN)],
])("refuses %s", (_, call) => {
  expect(call).toThrow(RangeError);
});
