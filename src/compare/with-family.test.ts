import { expect, test } from "vitest";
import { judged, sideOf } from "../../test/support/side-values.ts";
import { compareSides } from "./compare-sides.ts";
import { withFamily } from "./with-family.ts";

async function comparison(better: number, n = 100) {
  const before = await sideOf(Array.from({ length: n }, (_, index) => judged(index, index >= better)));
  const now = await sideOf(
    Array.from({ length: n }, (_, index) => judged(index, true)),
    { id: "01JD4ZK5T00000000000000001" },
  );
  return (await compareSides(before, now)).comparison;
}

test("a comparison alone keeps its p", async () => {
  const [one] = withFamily([await comparison(6)]);
  expect(one?.deltas[0]?.p_adjusted).toBe(one?.deltas[0]?.p);
  expect(one?.notes).toEqual([]);
});

test("a claim that does not survive the company it was made in is marked", async () => {
  const family = withFamily([await comparison(6), ...(await Promise.all(Array.from({ length: 9 }, () => comparison(0))))]);
  const [claim, ...others] = family;
  expect(claim?.finding).toBe("better");
  expect(claim?.deltas[0]?.p_adjusted).toBeCloseTo(10 * (claim?.deltas[0]?.p ?? 0), 12);
  expect(claim?.notes[0]).toMatch(/^one of 10 comparisons: .* p 0\.\d\d$/);
  for (const other of others) expect(other.notes).toEqual([]);
});
