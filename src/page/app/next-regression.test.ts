import { expect, test } from "vitest";
import type { PageData, PageRow } from "../page-data.ts";
import { nextRegression } from "./next-regression.ts";

const compared = { comparisons: [{}] } as unknown as PageData;
const rows = ["both", "only_baseline", "only_candidate", "only_baseline", "neither"].map(
  (change) => ({ cells: [], pairs: [{ of: 0, change }] }) as unknown as PageRow,
);

test.each([
  ["the first from outside", -1, 1, 1],
  ["the next", 1, 1, 3],
  ["none after the last", 3, 1, undefined],
  ["the one before", 3, -1, 1],
  ["none before the first", 1, -1, undefined],
] as const)("%s", (_, from, by, found) => {
  expect(nextRegression(compared, rows, from, by)).toBe(found);
});

test("where nobody compared, a regression is what the first run passed and a later one failed", () => {
  const sideBySide = { comparisons: [] } as unknown as PageData;
  const row = (...outcomes: string[]) => ({ cells: outcomes.map((outcome) => ({ outcome })) }) as unknown as PageRow;
  const list = [row("failed", "passed"), row("passed", "passed"), row("passed", "passed", "failed")];
  expect(nextRegression(sideBySide, list, -1, 1)).toBe(2);
});
