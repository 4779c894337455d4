import { expect, test } from "vitest";
import type { Duel } from "../../core/leaderboard.ts";
import { duelCells } from "./duel-cells.ts";

const duel: Duel = {
  ...{ first: 0, second: 1, evals: 1, n: 10, wins: 6, ties: 2, losses: 2, difference: 0.4 },
  ...{ p: 0.01, p_adjusted: 0.02 },
};

test("a duel is told from both sides, and from neither twice", () => {
  const cells = duelCells(3, [duel]);
  expect(cells[0]?.[1]).toMatchObject({ wins: 6, losses: 2, won: 0.7, verdict: "better" });
  expect(cells[1]?.[0]).toMatchObject({ wins: 2, losses: 6, won: 0.3, verdict: "worse" });
  expect([cells[0]?.[0], cells[0]?.[2], cells[2]?.[1]]).toEqual([undefined, undefined, undefined]);
});

test.each([
  ["it may be chance", { p_adjusted: 0.2 }],
  ["there is no test", { p_adjusted: null }],
  ["nothing differs", { difference: 0 }],
])("says nothing where %s", (_, part) => {
  expect(duelCells(2, [{ ...duel, ...part }])[0]?.[1]?.verdict).toBe("open");
});

test("a duel over no sample is none", () => {
  expect(duelCells(2, [{ ...duel, n: 0, wins: 0, ties: 0, losses: 0 }])[0]?.[1]).toBeUndefined();
});
