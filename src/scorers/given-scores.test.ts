import { describe, expect, test } from "vitest";
import { type GivenScores, givenScoresSchema, scoresOf } from "./given-scores.ts";

describe("what a user's scorer gives", () => {
  test.each<{ given: GivenScores; passAt?: number; kept: object[] }>([
    { given: true, kept: [{ name: "accuracy", value: 1, passed: true }] },
    { given: false, kept: [{ name: "accuracy", value: 0, passed: false }] },
    { given: 0.7, kept: [{ name: "score", value: 0.7 }] },
    {
      given: 0.7,
      passAt: 0.5,
      kept: [
        { name: "accuracy", value: 1, passed: true },
        { name: "score", value: 0.7, passed: true },
      ],
    },
    {
      given: null,
      kept: [{ name: "score", value: null, unscored: { code: "score.failed", message: "the scorer gave no value" } }],
    },
    { given: { value: null, explanation: "no idea" }, passAt: 1, kept: [{ value: null, unscored: { message: "no idea" } }] },
    {
      given: { value: 3, passed: false, explanation: "meh", name: "tone" },
      passAt: 2,
      kept: [
        { name: "accuracy", value: 0, passed: false, explanation: "meh" },
        { name: "tone", value: 3, passed: false },
      ],
    },
    { given: { name: "accuracy", value: 1, passed: true }, kept: [{ name: "accuracy", value: 1, passed: true }] },
    {
      given: [{ passed: true }, { name: "tone", value: 0.5 }],
      kept: [
        { name: "accuracy", value: 1, passed: true },
        { name: "tone", value: 0.5 },
      ],
    },
  ])("$given with pass_at $passAt", ({ given, passAt, kept }) => {
    const scores = scoresOf(givenScoresSchema.parse(given), passAt);
    expect(scores).toMatchObject(kept);
    expect(scores).toHaveLength(kept.length);
  });

  test.each([["good"], [Number.NaN], [{}], [{ valeu: 1 }], [[]], [[{ value: 1 }, { value: 2 }]], [undefined]])(
    "%j is no score",
    (given) => {
      expect(givenScoresSchema.safeParse(given).success).toBe(false);
    },
  );
});
