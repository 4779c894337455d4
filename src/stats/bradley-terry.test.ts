import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { bradleyTerry, eloExpectation, eloOf, winChance } from "./bradley-terry.ts";
import { bradleyTerryRatings, type Match } from "./bradley-terry-bootstrap.ts";

const wins = [
  [0, 7, 9],
  [3, 0, 6],
  [1, 4, 0],
];

describe("bradleyTerry", () => {
  test("of three players", () => {
    const { strengths, padded } = bradleyTerry(wins);
    expect(padded).toBe(false);
    for (const [i, value] of [0.94360585, -0.1601607, -0.78344515].entries()) expect(strengths[i]).toBeCloseTo(value, 8);
    for (const [i, value] of [1163.921, 972.177, 863.902].entries()) expect(eloOf(strengths[i] as number)).toBeCloseTo(value, 3);
    expect(winChance(strengths[0] as number, strengths[1] as number)).toBeCloseTo(0.75096518, 8);
    expect(winChance(strengths[0] as number, strengths[2] as number)).toBeCloseTo(0.84903482, 8);
  });

  test("1200 beats 1000 in .75974693", () => {
    expect(eloExpectation(1200, 1000)).toBeCloseTo(0.75974693, 8);
  });

  test("two players are apart by the log-odds of their wins", () => {
    const [a, b] = bradleyTerry([
      [0, 30],
      [18, 0],
    ]).strengths as [number, number];
    expect(winChance(a, b)).toBeCloseTo(30 / 48, 10);
  });

  const matrices = fc.integer({ min: 2, max: 6 }).chain((players) => {
    const row = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: players, maxLength: players });
    return fc
      .array(row, { minLength: players, maxLength: players })
      .map((rows) => rows.map((counts, i) => counts.map((count, j) => (i === j ? 0 : count))));
  });

  test("is finite, has mean 0, turns its sign when wins become losses, and does not depend on the players' order", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { strengths } = bradleyTerry(matrix);
        expect(strengths.every(Number.isFinite)).toBe(true);
        expect(strengths.reduce((sum, strength) => sum + strength, 0)).toBeCloseTo(0, 8);
        const lost = bradleyTerry(matrix.map((_, i) => matrix.map((row) => row[i] as number))).strengths;
        const last = matrix.length - 1;
        const turned = bradleyTerry(matrix.map((_, i) => matrix.map((_, j) => matrix[last - i]?.[last - j] as number))).strengths;
        for (const [i, strength] of strengths.entries()) {
          expect(lost[i]).toBeCloseTo(-strength, 6);
          expect(turned[last - i]).toBeCloseTo(strength, 6);
        }
      }),
    );
  });

  test("expects as many wins of each player as it had", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { strengths, padded } = bradleyTerry(matrix);
        if (padded) return;
        for (const [i, row] of matrix.entries()) {
          const won = row.reduce((sum, count) => sum + count, 0);
          const expected = row.reduce((sum, count, j) => {
            return sum + (count + (matrix[j]?.[i] as number)) * winChance(strengths[i] as number, strengths[j] as number);
          }, 0);
          expect(expected).toBeCloseTo(won, 5);
        }
      }),
    );
  });

  test("a player that won everything is first by a finite lead, which grows with its wins", () => {
    const lead = (count: number) => {
      const { strengths, padded } = bradleyTerry([
        [0, count, count],
        [0, 0, 5],
        [0, 5, 0],
      ]);
      expect(padded).toBe(true);
      return (strengths[0] as number) - (strengths[1] as number);
    };
    expect(lead(5)).toBeGreaterThan(1);
    expect(lead(50)).toBeGreaterThan(lead(5));
    expect(lead(50)).toBeLessThan(10);
  });

  test("one player alone has strength 0", () => {
    expect(bradleyTerry([[0]]).strengths).toEqual([0]);
  });

  test.each([
    [[]],
    [[[0, 1]]],
    [[[1]]],
    [
      [
        [0, -1],
        [1, 0],
      ],
    ],
  ])("refuses %j", (matrix) => {
    expect(() => bradleyTerry(matrix as number[][])).toThrow(RangeError);
  });
});

describe("bradleyTerryRatings", () => {
  /** Prompts over which each pair of players meets; strong players answer well. */
  const played = (strengths: readonly number[], count: number, random: () => number): Match[][] =>
    Array.from({ length: count }, () => {
      const matches: Match[] = [];
      for (let player = 0; player < strengths.length; player++) {
        for (let opponent = player + 1; opponent < strengths.length; opponent++) {
          const chance = winChance(strengths[player] as number, strengths[opponent] as number);
          matches.push({ player, opponent, score: random() < chance ? 1 : 0 });
        }
      }
      return matches;
    });

  test("of all prompts are the Bradley-Terry ratings, with intervals around them and ranks that admit doubt", () => {
    const prompts = wins.flatMap((row, player) =>
      row.flatMap((count, opponent) => Array.from({ length: count }, () => [{ player, opponent, score: 1 }])),
    );
    const ratings = bradleyTerryRatings({ prompts, players: 3, random: seededRandom(1) });
    for (const [i, elo] of [1163.921, 972.177, 863.902].entries()) {
      const rating = ratings[i];
      expect(rating?.elo).toBeCloseTo(elo, 3);
      expect(rating?.interval?.low).toBeLessThan(elo);
      expect(rating?.interval?.high).toBeGreaterThan(elo);
    }
    expect(ratings.map((rating) => rating.rank)).toEqual([1, 2, 3]);
    expect(ratings[0]?.ranks.low).toBe(1);
    expect(ratings[2]?.ranks).toEqual({ low: 2, high: 3 });
  });

  test("cover the true strength in at least 90 % of runs with 80 prompts", () => {
    const random = seededRandom(30);
    const truth = [0.5, 0, -0.5];
    let covered = 0;
    const runs = 150;
    for (let run = 0; run < runs; run++) {
      const ratings = bradleyTerryRatings({ prompts: played(truth, 80, random), players: 3, random, draws: 200 });
      for (const [i, { interval }] of ratings.entries()) {
        const elo = eloOf(truth[i] as number);
        if (interval !== null && interval.low <= elo && elo <= interval.high) covered++;
      }
    }
    expect(covered / (3 * runs)).toBeGreaterThan(0.9);
  });

  test("matches over one prompt that go together count as one", () => {
    const prompts = played([0.6, 0], 60, seededRandom(2));
    const width = (of: Match[][]) => {
      const { interval } = bradleyTerryRatings({ prompts: of, players: 2, random: seededRandom(3) })[0] ?? {};
      return (interval?.high as number) - (interval?.low as number);
    };
    const copies = prompts.map((matches) => [...matches, ...matches, ...matches]);
    expect(width(copies) / width(prompts)).toBeCloseTo(1, 2);
  });

  test("a player that won everything on every prompt has no interval: nothing varies", () => {
    const prompts = Array.from({ length: 20 }, () => [{ player: 0, opponent: 1, score: 1 }]);
    const ratings = bradleyTerryRatings({ prompts, players: 2, random: seededRandom(3), draws: 50 });
    expect(ratings[0]).toMatchObject({ interval: null, rank: 1, ranks: { low: 1, high: 1 } });
  });

  test("ties alone leave all equal", () => {
    const prompts = Array.from({ length: 20 }, () => [{ player: 0, opponent: 1, score: 0.5 }]);
    const ratings = bradleyTerryRatings({ prompts, players: 2, random: seededRandom(3), draws: 50 });
    expect(ratings.map(({ elo, rank }) => ({ elo: Math.round(elo), rank }))).toEqual([
      { elo: 1000, rank: 1 },
      { elo: 1000, rank: 1 },
    ]);
  });

  test.each([
    { prompts: [], players: 2 },
    { prompts: [[{ player: 0, opponent: 0, score: 1 }]], players: 2 },
    { prompts: [[{ player: 0, opponent: 2, score: 1 }]], players: 2 },
    { prompts: [[{ player: 0, opponent: 1, score: 2 }]], players: 2 },
    { prompts: [[]], players: 2, draws: 0 },
  ])("refuses %j", (given) => {
    expect(() => bradleyTerryRatings({ random: seededRandom(1), ...given })).toThrow(RangeError);
  });
});
