import { describe, expect, test } from "vitest";
import { z } from "zod";
import { scorerKind } from "./catalogue.ts";
import { makeScorers, uniqueNames } from "./make-scorers.ts";
import { toSample } from "./sample.ts";
import type { Score } from "./score.ts";

const found: Score = { name: "accuracy", value: 0, passed: false, details: { picked: "a", invalid_label: true } };
const kindOf = (late: boolean) =>
  scorerKind({
    args: z.strictObject({}),
    sampling: () => ({}),
    create: (_, { name }) => ({
      name,
      hash: name,
      needs: {},
      ...(late && { late: true as const }),
      score: () => (late ? Promise.resolve([found]) : [found]),
    }),
  });
const spec = {
  scorer: "match",
  compat: false,
  args: {},
  scorers: [
    { name: "match:2", class: "match", scorer: "match", compat: false, args: {} },
    { name: "judge", class: "judge", scorer: "judge", compat: false, args: {} },
  ],
};
const context = { judges: [], random: () => 0, signal: new AbortController().signal };

describe("makeScorers", () => {
  test("leaves the first scorer's scores alone, and calls all others after their scorer", async () => {
    const sample = toSample({ input: "?" }, 0, "t.dev");
    const scorers = makeScorers(spec, [kindOf(false), kindOf(false), kindOf(true)]);
    const scores = await Promise.all(scorers.map((scorer) => scorer.score(sample, {}, context)));
    expect(scorers.map(({ name, hash, late }) => [name, hash, late])).toEqual([
      ["match", "match", undefined],
      ["match:2", "match:2", undefined],
      ["judge", "judge", true],
    ]);
    // A reply is an invalid label once, by the scorer that decides.
    const others = { value: 0, passed: false, details: { picked: "a" } };
    expect(scores).toEqual([[found], [{ name: "match:2.accuracy", ...others }], [{ name: "judge.accuracy", ...others }]]);
  });

  test("wants one kind for each", () => {
    expect(() => makeScorers(spec, [kindOf(false)])).toThrow("1 kinds for 3 scorers");
  });
});

test("names that are there already are counted", () => {
  expect(uniqueNames(["match", "includes", "match", "match"])).toEqual(["match", "includes", "match:2", "match:3"]);
});
