import { describe, expect, test } from "vitest";
import { exact, numbered } from "../../test/support/engine-values.ts";
import { type Sample, toSample } from "../core/sample.ts";
import type { Ask, Reply, Scorer } from "../core/score.ts";
import { askPlanner, repliesFor } from "./plan-asks.ts";

const sample = numbered(3).at(2);
const asking = (...asks: Ask[]): Scorer => ({ ...exact, asks: () => asks });
const text = (output: string, prompt: string, more: object = {}): Ask => ({ output, n: 1, request: { prompt, ...more } });

describe("askPlanner", () => {
  test("asks once for the reply that all scorers want that say nothing else", () => {
    expect(askPlanner([exact, exact])(sample)).toEqual({
      asks: [{ output: "completion", n: 1, request: { prompt: "2" } }],
      views: [{ completion: 0 }, { completion: 0 }],
    });
  });

  test("asks equal questions once, whatever each scorer calls the answer", () => {
    const plan = askPlanner([asking(text("first", "a"), text("second", "b")), asking(text("b", "b")), exact])(sample);
    expect(plan).toEqual({
      asks: [text("first", "a"), text("second", "b"), { output: "completion", n: 1, request: { prompt: "2" } }],
      views: [{ first: 0, second: 1 }, { b: 1 }, { completion: 2 }],
    });
  });

  test("shares the sample's own question between a scorer that names it and one that does not", () => {
    const plan = askPlanner([asking(text("mine", "2")), exact])(sample);
    expect(plan.asks).toHaveLength(1);
    expect(plan.views).toEqual([{ mine: 0 }, { completion: 0 }]);
  });

  test.each([
    { name: "the number of replies", one: text("a", "q"), other: { output: "a", n: 2, request: { prompt: "q" } } },
    { name: "the log-probabilities", one: text("a", "q"), other: text("a", "q", { top_logprobs: 2 }) },
    { name: "a schema", one: text("a", "q", { json_schema: {} }), other: text("a", "q") },
    {
      name: "the continuations",
      one: { output: "a", continuations: { context: "q", continuations: ["x"] } },
      other: { output: "a", continuations: { context: "q", continuations: ["y"] } },
    },
  ])("keeps questions apart that differ in $name", ({ one, other }) => {
    const plan = askPlanner([asking(one), asking(other)])(sample);
    expect(plan.asks).toEqual([one, other]);
    expect(plan.views).toEqual([{ a: 0 }, { a: 1 }]);
  });

  test("asks about each sample what its scorer wants to know of that one", () => {
    const scorer: Scorer = { ...exact, asks: ({ id }: Sample) => [text("completion", `about ${id}`)] };
    const planOf = askPlanner([scorer]);
    expect([0, 1].map((at) => planOf(numbered(3).at(at)).asks)).toEqual([
      [text("completion", "about numbers.0")],
      [text("completion", "about numbers.1")],
    ]);
  });

  test("a sample without a prompt is asked with an empty one", () => {
    const bare = toSample({ ideal: "x" }, 0, "bare");
    expect(askPlanner([exact])(bare).asks).toEqual([{ output: "completion", n: 1, request: { prompt: "" } }]);
  });
});

test("repliesFor gives each scorer its answers under its own names", () => {
  const replies: Reply[] = ["a", "b"].map((reply) => [{ text: reply, finish: "stop", ms: 1 }]);
  expect(repliesFor({ mine: 1, yours: 0 }, replies)).toEqual({ mine: replies[1], yours: replies[0] });
});
