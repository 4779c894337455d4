import { describe, expect, test } from "vitest";
import { preferenceOf } from "./preference.ts";

const votes = (b: number, a: number, ties: number) => [
  ...new Array<number>(b).fill(1),
  ...new Array<number>(a).fill(0),
  ...new Array<number>(ties).fill(0.5),
];

describe("preferenceOf", () => {
  test("counts a tie as half a vote, and tests wins against losses", () => {
    const found = preferenceOf(votes(30, 18, 12));
    expect(found).toMatchObject({ wins: { a: 18, b: 30, ties: 12 }, n: 60, share: 0.6, settled: false });
    expect(found.p).toBeCloseTo(0.11140289, 8);
    // n = 7.848880 × .203390 / .1², of which 60 are there.
    expect(found.more).toBe(Math.ceil((7.84888 * ((30 * 0.16 + 18 * 0.36 + 12 * 0.01) / 59)) / 0.01) - 60);
  });

  test.each([
    { b: 40, a: 10, ties: 0, settled: true, more: 0 },
    { b: 10, a: 40, ties: 10, settled: true, more: 0 },
    { b: 20, a: 20, ties: 5, settled: false, more: null },
    { b: 1, a: 0, ties: 0, settled: false, more: null },
    { b: 0, a: 0, ties: 30, settled: false, more: null },
  ])("$b against $a and $ties ties: settled $settled, $more more", ({ b, a, ties, settled, more }) => {
    expect(preferenceOf(votes(b, a, ties))).toMatchObject({ settled, more });
  });

  test("nobody asked is no preference", () => {
    expect(preferenceOf([])).toMatchObject({ n: 0, share: null, interval: null, p: null, settled: false, more: null });
  });

  test("votes of one group are fewer than they look", () => {
    const all = votes(40, 20, 0);
    const groups = Uint32Array.from(all, (_, at) => 1 + Math.floor(at / 5));
    const [alone, together] = [preferenceOf(all), preferenceOf(all, groups)];
    expect(together.share).toBeCloseTo(alone.share ?? 0, 12);
    const width = ({ interval }: typeof alone) => (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(width(together)).toBeGreaterThan(width(alone));
  });
});
