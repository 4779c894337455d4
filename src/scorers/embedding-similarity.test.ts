import { describe, expect, test } from "vitest";
import { FinegaugeError } from "../core/errors.ts";
import { toSample } from "../core/sample.ts";
import type { Judge, Score } from "../core/score.ts";
import { cosine, embeddingSimilarityKind } from "./embedding-similarity.ts";

test.each([
  { one: [1, 0], other: [2, 0], value: 1 },
  { one: [1, 0], other: [0, 3], value: 0 },
  { one: [1, 1], other: [-1, -1], value: -1 },
  { one: [0, 0], other: [1, 1], value: 0 },
  { one: [3, 4], other: [4, 3], value: 0.96 },
])("the cosine of $one and $other is $value", ({ one, other, value }) => {
  expect(cosine(one, other)).toBeCloseTo(value, 12);
  expect(cosine(other, one)).toBeCloseTo(value, 12);
});

/** The vector of a text is how many a and b it has. */
const count = (text: string) => Float32Array.of(text.split("a").length - 1, text.split("b").length - 1);
const embeds: NonNullable<Judge["embed"]> = async (texts) => texts.map(count);

async function scored(text: string, args: object, embed: Judge["embed"] = embeds): Promise<readonly Score[]> {
  const scorer = embeddingSimilarityKind.create(args, { name: "embedding-similarity", compat: false });
  const judge = { name: "vectors", ask: () => Promise.reject(new Error("asked")), embed } as unknown as Judge;
  const context = { judges: [judge], random: () => 0, signal: new AbortController().signal };
  const sample = toSample({ input: "?", ideal: ["aab", "bbb"] }, 0, "t.dev");
  return scorer.score(sample, { completion: [{ text, finish: "stop", ms: 1 }] }, context);
}

describe("embedding-similarity", () => {
  test("is that to the nearest ideal, and right from the pass mark on", async () => {
    expect(await scored("b", {})).toEqual([{ name: "embedding_similarity", value: 1 }]);
    const [accuracy, value] = await scored("ab", { pass_at: 0.94 });
    expect(accuracy).toEqual({ name: "accuracy", value: 1, passed: true });
    expect(value?.value).toBeCloseTo(3 / Math.sqrt(10), 6);
    expect((await scored("ab", { pass_at: 0.95 }))[0]).toMatchObject({ passed: false });
  });

  test("of an empty reply is 0, and nobody is asked", async () => {
    expect(await scored(" ", { pass_at: 0.5 }, () => Promise.reject(new Error("asked")))).toMatchObject([
      { value: 0 },
      { value: 0 },
    ]);
  });

  test("is not scored when the server fails", async () => {
    const fails = () => Promise.reject(new FinegaugeError("provider.server", "it is down"));
    expect(await scored("ab", { pass_at: 0.5 }, fails)).toEqual([
      { name: "accuracy", value: null, unscored: { code: "provider.server", message: "vectors: it is down" } },
    ]);
  });

  test("cannot be of an empty ideal", () => {
    expect(embeddingSimilarityKind.checkSample(toSample({ input: "?", ideal: " " }, 0, "t.dev"))).toMatch("is empty");
  });
});
