import { describe, expect, test } from "vitest";
import { answered, failed } from "../../test/support/run-values.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import type { SampleLine } from "../core/run-line.ts";
import { canScoreAgain, scoreAgain } from "./score-again.ts";

const spec: EvalSpec = {
  name: "capitals.dev.v0",
  base: "capitals",
  split: "dev",
  class: "match",
  scorer: "match",
  compat: false,
  args: {},
  sampling: {},
};
const line = (more: Partial<SampleLine> = {}) =>
  answered(0, {
    input: "The capital of France?",
    ideal: ["Paris"],
    completion: { text: "Paris.", finish: "stop", ms: 1 },
    scores: [],
    ...more,
  });

describe("scoring recorded replies again", () => {
  test.each([
    { what: "the line's own ideal", given: line(), ideal: undefined, passed: true },
    { what: "another ideal", given: line(), ideal: { ideal: ["Lyon"] }, passed: false },
    { what: "a wrong reply", given: line({ completion: { text: "Lyon", finish: "stop", ms: 1 } }), passed: false },
    { what: "an ideal for a line without one", given: line({ ideal: undefined }), ideal: { ideal: ["Paris"] }, passed: true },
  ])("judges by $what", async ({ given, ideal, passed }) => {
    const again = await scoreAgain({ spec });
    expect(again(given, ideal)).toMatchObject([{ name: "accuracy", value: passed ? 1 : 0, passed }]);
  });

  test.each([
    { why: "there is no reply", given: failed(0) },
    { why: "its inputs were not kept", given: line({ input: undefined, ideal: undefined }) },
    { why: "it has no right answer", given: line({ ideal: [] }) },
  ])("gives nothing where $why", async ({ given }) => {
    expect((await scoreAgain({ spec }))(given)).toBeUndefined();
  });

  test("gives nothing for a scorer that is not ours, and says so beforehand", async () => {
    const foreign = { ...spec, scorer: "inspect/model_graded_qa" };
    expect(await canScoreAgain(foreign)).toBe(false);
    expect((await scoreAgain({ spec: foreign }))(line())).toBeUndefined();
    expect(await canScoreAgain(spec)).toBe(true);
  });

  test("scores the attempt with the scorer's own arguments", async () => {
    const again = await scoreAgain({ spec: { ...spec, args: { ignore_case: true } } });
    expect(again(line({ completion: { text: "PARIS", finish: "stop", ms: 1 } }))).toMatchObject([{ passed: true }]);
  });
});
