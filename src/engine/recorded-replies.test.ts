import { describe, expect, test } from "vitest";
import type { Completion } from "../core/completion.ts";
import { toSample } from "../core/sample.ts";
import type { Ask, Scorer } from "../core/score.ts";
import { recordedReplies } from "./recorded-replies.ts";

const scorer = (asks?: readonly Ask[]): Scorer => ({
  name: "s",
  hash: "s",
  needs: {},
  ...(asks && { asks: () => asks }),
  score: () => [],
});
const ask = (output: string, prompt: string, n = 1): Ask => ({ output, n, request: { prompt } });
const reply = (text: string): Completion => ({ text, finish: "stop", ms: 1 });
const sample = toSample({ input: "?" }, 0, "t.dev");

describe("recorded replies", () => {
  const recorded = [scorer([ask("one", "first"), ask("two", "second", 2)])];
  const line = { completion: reply("1"), more: { two: [reply("2a"), reply("2b")] } };
  const found = (scorers: readonly Scorer[]) => recordedReplies(scorers, recorded)(sample, line)?.replies;

  test.each([
    {
      what: "all that was asked, in another order",
      asks: [ask("x", "second", 2), ask("y", "first")],
      replies: [["2a", "2b"], ["1"]],
    },
    { what: "fewer replies than were recorded", asks: [ask("x", "second")], replies: [["2a"]] },
    { what: "more than were recorded", asks: [ask("x", "first", 2)], replies: undefined },
    { what: "another prompt", asks: [ask("one", "third")], replies: undefined },
    {
      what: "likelihoods that nobody asked for",
      asks: [{ output: "one", continuations: { prompt: "first", texts: ["a"] } } as unknown as Ask],
      replies: undefined,
    },
    { what: "the sample's own input, which was not asked", asks: undefined, replies: undefined },
  ])("of $what", ({ asks, replies }) => {
    expect(found([scorer(asks)])?.map((list) => list.map((one) => ("text" in one ? one.text : "")))).toEqual(replies);
  });

  test("of scorers that all ask the sample's input are its completion", () => {
    expect(recordedReplies([scorer()], [scorer(), scorer()])(sample, { completion: reply("1") })?.replies).toEqual([
      [reply("1")],
    ]);
    expect(recordedReplies([scorer()])(sample, {})).toBeUndefined();
  });
});
