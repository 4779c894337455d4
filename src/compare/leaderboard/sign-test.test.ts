import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { signTest } from "./sign-test.ts";

const signs = (...values: number[]) => ({ signs: Float64Array.from(values) });

describe("signTest", () => {
  test("of one eval is the sign test: six better of eight", () => {
    expect(signTest([signs(1, 1, 1, 1, 1, 1, 0, 0)], 1)).toBe(0.03125);
    expect(signTest([signs(-1, -1, -1, -1, -1, -1, 0, 0)], 1)).toBe(0.03125);
    expect(signTest([signs(0, 0)], 1)).toBe(1);
  });

  test("evals count the same: one sample of a small eval outweighs two of a large one", () => {
    // Sums are ±1/2 (once) and ±1/8 (twice), halved: only all signs alike reach the observed sum.
    expect(signTest([signs(1, 0), signs(1, 1, 0, 0, 0, 0, 0, 0)], 1)).toBe(0.25);
  });

  test("a group is one toss", () => {
    expect(signTest([{ ...signs(1, 1, 1, 1, 1, 1), groups: Uint32Array.of(1, 1, 1, 2, 2, 2) }], 1)).toBe(0.5);
    expect(signTest([{ ...signs(1, 1, 1, 1, 1, 1), groups: new Uint32Array(6) }], 1)).toBe(0.03125);
  });

  test("where drawing cannot tell p from 0, it is bounded from above", () => {
    const p = signTest([signs(...new Array<number>(100).fill(1))], 1);
    expect(p).toBeGreaterThan(2 ** -99);
    expect(p).toBeLessThan(1e-20);
  });

  test("what is drawn is near what is exact", () => {
    const random = seededRandom(7);
    for (const better of [14, 17, 20]) {
      // 30 of which so many are better: 2 P[Bin(30, 1/2) >= better].
      const exact = { 14: 0.8555, 17: 0.5847, 20: 0.0987 }[better] as number;
      const values = Array.from({ length: 30 }, (_, at) => (at < better ? 1 : -1));
      expect(Math.abs(signTest([signs(...values)], Math.floor(random() * 1e6)) - exact)).toBeLessThan(exact > 0.2 ? 0.15 : 0.012);
    }
  });
});
