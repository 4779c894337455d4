import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { betting } from "./betting.ts";
import { asymptoticRadius, empiricalBernstein, tuningFor } from "./confidence-sequences.ts";
import { discordantE, discordantEOneSided } from "./e-values.ts";
import { mcnemarChi2 } from "./mcnemar.ts";
import { msprt, sprtBounds } from "./sprt.ts";

describe("e-values of flips", () => {
  test.each([
    [10, 1, 15.515152, 30.931818],
    [6, 0, 9.142857, 18.142857],
    [8, 0, 28.444444, 56.777778],
    [15, 5, 3.220601, 6.355521],
    [10, 3, 2.045954, 3.974525],
  ])("%d wins and %d losses: %d, one-sided %d", (wins, losses, two, one) => {
    expect(discordantE(wins, losses)).toBeCloseTo(two, 6);
    expect(discordantEOneSided(wins, losses)).toBeCloseTo(one, 6);
  });

  test("of wins alone reach 20 after 7, two-sided after 8", () => {
    const first = (e: typeof discordantE) => [1, 2, 3, 4, 5, 6, 7, 8, 9].find((wins) => e(wins, 0) >= 20);
    expect([first(discordantEOneSided), first(discordantE)]).toEqual([7, 8]);
  });

  test("both sides' halves make up the whole", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (wins, losses) => {
        const halves = (discordantEOneSided(wins, losses) + discordantEOneSided(losses, wins)) / 2;
        expect(halves / discordantE(wins, losses)).toBeCloseTo(1, 9);
      }),
    );
  });

  test("have an expectation of 1 for every number of fair flips", () => {
    for (let flips = 0; flips <= 60; flips++) {
      let [two, one] = [0, 0];
      let chance = 2 ** -flips;
      for (let wins = 0; wins <= flips; wins++) {
        two += chance * discordantE(wins, flips - wins);
        one += chance * discordantEOneSided(wins, flips - wins);
        chance *= (flips - wins) / (wins + 1);
      }
      expect(two).toBeCloseTo(1, 10);
      expect(one).toBeCloseTo(1, 10);
    }
  });

  test("looked at after every one of 500 fair flips reach 20 in at most 5 % of runs; McNemar's test falls below .05 in 30 % or more", () => {
    const random = seededRandom(3);
    const runs = 1000;
    const ever = { two: 0, one: 0, mcnemar: 0 };
    for (let run = 0; run < runs; run++) {
      let [wins, losses] = [0, 0];
      const seen = { two: false, one: false, mcnemar: false };
      for (let flip = 0; flip < 500; flip++) {
        if (random() < 0.5) wins++;
        else losses++;
        seen.two ||= discordantE(wins, losses) >= 20;
        seen.one ||= discordantEOneSided(wins, losses) >= 20;
        seen.mcnemar ||= mcnemarChi2(wins, losses) < 0.05;
      }
      for (const key of ["two", "one", "mcnemar"] as const) if (seen[key]) ever[key]++;
    }
    expect(ever.two / runs).toBeLessThan(0.05);
    expect(ever.one / runs).toBeLessThan(0.05);
    expect(ever.mcnemar / runs).toBeGreaterThan(0.3);
  });

  test("refuse what is no count", () => {
    expect(() => discordantE(-1, 2)).toThrow(RangeError);
    expect(() => discordantEOneSided(1.5, 2)).toThrow(RangeError);
  });
});

describe("betting", () => {
  const wealthOf = (payoffs: readonly number[], worst: number, bet: number) => {
    const process = betting({ worst, bets: [bet * worst] });
    for (const payoff of payoffs) process.add(payoff);
    return process.wealth;
  };
  const d = [0, 0, 1, 0, -1, 0, 0, 1];

  test("a fixed bet on a margin of .03 turns 1 into 1.27339373, and against it into .65969302", () => {
    expect(
      wealthOf(
        d.map((x) => x + 0.03),
        0.97,
        0.5,
      ),
    ).toBeCloseTo(1.27339373, 8);
    expect(
      wealthOf(
        d.map((x) => -(x + 0.03)),
        1.03,
        0.25,
      ),
    ).toBeCloseTo(0.65969302, 8);
  });

  test("scores against a mean of .5: 2.14576721, and ten ones 57.66503906", () => {
    expect(
      wealthOf(
        [1, 1, 0, 1, 1, 1, 0, 1].map((x) => x - 0.5),
        0.5,
        0.5,
      ),
    ).toBeCloseTo(2.14576721, 8);
    expect(wealthOf(Array(10).fill(0.5), 0.5, 1)).toBeCloseTo(57.66503906, 8);
  });

  const payoffs = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { maxLength: 40 });

  test("is the product of bets chosen from the past alone", () => {
    fc.assert(
      fc.property(payoffs, (list) => {
        const bets = [0.1, 0.4, 0.8];
        const process = betting({ worst: 0.5, bets });
        const alone = bets.map((bet) => betting({ worst: 0.5, bets: [bet] }));
        let product = 1;
        for (const payoff of list) {
          const owned = alone.map((one) => one.wealth);
          const bet = bets.reduce((sum, b, i) => sum + b * (owned[i] as number), 0) / owned.reduce((a, b) => a + b, 0);
          product *= 1 + (bet * payoff) / 0.5;
          for (const one of [process, ...alone]) one.add(payoff);
        }
        expect(process.wealth / product).toBeCloseTo(1, 9);
      }),
    );
  });

  test("is never below 0, and ends the same in any order", () => {
    fc.assert(
      fc.property(payoffs, (list) => {
        const [one, other] = [betting({ worst: 0.5 }), betting({ worst: 0.5 })];
        for (const payoff of list) one.add(payoff);
        for (const payoff of [...list].reverse()) other.add(payoff);
        expect(one.wealth).toBeGreaterThan(0);
        expect(other.wealth / one.wealth).toBeCloseTo(1, 9);
      }),
    );
  });

  test("a rejection stays one when the wealth falls again", () => {
    const process = betting({ worst: 1 });
    for (let i = 0; i < 10; i++) process.add(1);
    expect(process.rejected(0.05)).toBe(true);
    for (let i = 0; i < 100; i++) process.add(-1);
    expect(process.wealth).toBeLessThan(0.01);
    expect(process.rejected(0.05)).toBe(true);
  });

  test("refuses a bet of all, a loss beyond the worst, and no alpha", () => {
    expect(() => betting({ worst: 1, bets: [1] })).toThrow(RangeError);
    expect(() => betting({ worst: 0 })).toThrow(RangeError);
    expect(() => betting({ worst: 1 }).add(-1.1)).toThrow(RangeError);
    expect(() => betting({ worst: 1 }).add(Number.NaN)).toThrow(RangeError);
    expect(() => betting({ worst: 1 }).rejected(0)).toThrow(RangeError);
  });
});

describe("mSPRT", () => {
  test.each([
    [100, 0.1, 0.25, 0.01, 2.21506344],
    [500, 0.05, 0.25, 0.0025, 3.27872163],
    [200, 0, 0.25, 0.01, 0.33333333],
  ])("n %d, mean %d, variance %d, mixing %d: %d", (n, mean, variance, mixing, e) => {
    expect(msprt({ n, mean, variance, mixing })).toBeCloseTo(e, 8);
    expect(msprt({ n, mean: -mean, variance, mixing })).toBeCloseTo(e, 8);
  });

  test("refuses no variance", () => {
    expect(() => msprt({ n: 1, mean: 0, variance: 0, mixing: 1 })).toThrow(RangeError);
  });
});

test("Wald's bounds at .05 and .2", () => {
  const { accept, reject } = sprtBounds(0.05, 0.2);
  expect(accept).toBeCloseTo(2.77258872, 8);
  expect(reject).toBeCloseTo(-1.55814462, 8);
  expect(() => sprtBounds(0.5, 0.5)).toThrow(RangeError);
});

describe("the asymptotic confidence sequence", () => {
  test.each([
    [100, 0.5, 0.1, 0.18281974],
    [500, 0.3, 0.1, 0.04100215],
    [500, 0.3, tuningFor(500), 0.0407216],
  ])("after %d values of sd %d with tuning %d has radius %d", (n, sd, tuning, radius) => {
    expect(asymptoticRadius({ n, sd, tuning })).toBeCloseTo(radius, 8);
  });

  test("is tuned for 500 by .12598535, and costs 1.56 times a single interval untuned", () => {
    expect(tuningFor(500)).toBeCloseTo(0.12598535, 8);
    const single = (1.959964 * 0.3) / Math.sqrt(500);
    expect(single).toBeCloseTo(0.02629568, 7);
    expect(asymptoticRadius({ n: 500, sd: 0.3, tuning: 0.1 }) / single).toBeCloseTo(1.56, 2);
  });

  test("holds a skewed mean at every moment from 100 to 1,000 values in at least 95 % of runs, where single intervals miss it in a fifth or more", () => {
    const random = seededRandom(8);
    const runs = 1000;
    const tuning = tuningFor(300);
    const missed = { sequence: 0, single: 0 };
    for (let run = 0; run < runs; run++) {
      let [sum, squares] = [0, 0];
      const out = { sequence: false, single: false };
      for (let n = 1; n <= 1000; n++) {
        const value = -Math.log(1 - random());
        sum += value;
        squares += value * value;
        if (n < 100) continue;
        const sd = Math.sqrt((squares - (sum * sum) / n) / (n - 1));
        const off = Math.abs(sum / n - 1);
        out.sequence ||= off > asymptoticRadius({ n, sd, tuning });
        out.single ||= off > (1.959964 * sd) / Math.sqrt(n);
      }
      if (out.sequence) missed.sequence++;
      if (out.single) missed.single++;
    }
    expect(missed.sequence / runs).toBeLessThan(0.05);
    expect(missed.single / runs).toBeGreaterThan(0.2);
  });

  test("refuses no values and no tuning", () => {
    expect(() => asymptoticRadius({ n: 0, sd: 1, tuning: 1 })).toThrow(RangeError);
    expect(() => asymptoticRadius({ n: 1, sd: 1, tuning: 0 })).toThrow(RangeError);
    expect(() => tuningFor(10, 1)).toThrow(RangeError);
  });
});

describe("the empirical-Bernstein confidence sequence", () => {
  const ten = [1, 1, 0, 1, 1, 1, 0, 1, 1, 1];
  const repeated = (times: number) => {
    const sequence = empiricalBernstein();
    for (let i = 0; i < times; i++) for (const value of ten) sequence.add(value);
    return sequence;
  };

  test("after 10 values is .8 +/- .82101202, after 200 .79860658 +/- .09924649", () => {
    expect(repeated(1).centre).toBeCloseTo(0.8, 12);
    expect(repeated(1).radius).toBeCloseTo(0.82101202, 8);
    expect(repeated(1).bounds).toEqual({ low: 0, high: 1 });
    expect(repeated(20).centre).toBeCloseTo(0.79860658, 8);
    expect(repeated(20).radius).toBeCloseTo(0.09924649, 8);
  });

  test("before any value knows nothing", () => {
    expect(empiricalBernstein().bounds).toEqual({ low: 0, high: 1 });
  });

  test("holds the mean at every moment of 500 values in at least 95 % of runs", () => {
    const random = seededRandom(6);
    let missed = 0;
    const runs = 1000;
    for (let run = 0; run < runs; run++) {
      const sequence = empiricalBernstein();
      for (let i = 0; i < 500; i++) {
        sequence.add(random() < 0.8 ? 1 : 0);
        if (Math.abs(sequence.centre - 0.8) > sequence.radius) {
          missed++;
          break;
        }
      }
    }
    expect(missed / runs).toBeLessThan(0.05);
  });

  test("refuses a value outside [0, 1]", () => {
    expect(() => empiricalBernstein().add(1.1)).toThrow(RangeError);
  });
});
