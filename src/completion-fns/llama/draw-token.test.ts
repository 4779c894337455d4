import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { drawToken } from "./draw-token.ts";

const probabilities = [0.5, 0.3, 0.15, 0.05];
const logprobs = probabilities.map(Math.log);

function shares(temperature: number, topP: number, draws = 20_000): number[] {
  const random = seededRandom(7);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < draws; i++) {
    const drawn = drawToken(logprobs, temperature, topP, random);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  return counts.map((count) => count / draws);
}

describe("drawToken", () => {
  test("draws in proportion at temperature 1", () => {
    for (const [i, share] of shares(1, 1).entries()) expect(share).toBeCloseTo(probabilities[i] as number, 1.7);
  });

  test("divides logarithms by the temperature", () => {
    // Squares of the probabilities, over their sum: 0.25, 0.09, 0.0225, 0.0025 over 0.365.
    const [first, second] = shares(0.5, 1);
    expect(first).toBeCloseTo(0.6849, 1.7);
    expect(second).toBeCloseTo(0.2466, 1.7);
  });

  test.each([
    { topP: 0, kept: 1 },
    { topP: 0.5, kept: 1 },
    { topP: 0.51, kept: 2 },
    { topP: 0.79, kept: 2 },
    { topP: 0.96, kept: 4 },
  ])("keeps $kept of the tokens at top_p $topP", ({ topP, kept }) => {
    expect(shares(1, topP, 2000).filter((share) => share > 0)).toHaveLength(kept);
  });

  test("never draws what has no probability", () => {
    const random = seededRandom(1);
    for (let i = 0; i < 1000; i++) expect(drawToken([0, Number.NEGATIVE_INFINITY], 5, 1, random)).toBe(0);
  });
});
