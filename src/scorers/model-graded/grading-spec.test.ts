import { describe, expect, test } from "vitest";
import { packaged, politeness } from "../../../test/support/grading.ts";
import { modelGradedKind } from "./model-graded.ts";

describe("grading prompts", () => {
  test.each(Object.keys(packaged))("%s is one that is taken, and none of its keys is lost", (name) => {
    const checked = modelGradedKind.gradingPrompt?.safeParse(packaged[name]);
    expect(checked?.error).toBeUndefined();
    expect(Object.keys(checked?.data as object).sort()).toEqual(Object.keys(packaged[name] as object).sort());
  });

  test.each([
    [{ prompt: "{input" }, ["prompt"]],
    [{ prompt: [{ role: "user", content: "{0}" }] }, ["prompt", 0, "content"]],
    [{ choice_strings: ["Yes", "No!"] }, ["choice_strings", 1]],
    [{ choice_strings: ["Yes", "Yes"] }, ["choice_strings"]],
    [{ choice_strings: [true, false] }, ["choice_strings"]],
    [{ choice_scores: { Yes: 1 } }, ["choice_scores"]],
    [{ choice_scores: "from_strings" }, ["choice_scores"]],
    [{ output_template: "{output} {which}" }, ["output_template"]],
    [{ both_orders: { swap: { completion: "nothing" }, choices: {}, disagree: "Yes" } }, ["both_orders", "swap"]],
    [{ both_orders: { swap: {}, choices: { Yes: "Perhaps" }, disagree: "Yes" } }, ["both_orders", "choices"]],
    [{ both_orders: { swap: {}, choices: {}, disagree: "Perhaps" } }, ["both_orders", "disagree"]],
    [{ for_each: { a: "b", c: "d" } }, ["for_each"]],
  ] as [object, PropertyKey[]][])("%j is refused where it stands", (wrong, path) => {
    const checked = modelGradedKind.gradingPrompt?.safeParse({ ...politeness, ...wrong });
    expect(checked?.success).toBe(false);
    expect(checked?.error?.issues[0]?.path).toEqual(path);
  });

  test("another prompt is another scorer, another name for it or another judge is not", () => {
    const hashOf = (spec: object) =>
      modelGradedKind.create({ modelgraded_spec: { ...politeness, ...spec } }, { name: "it", compat: false }).hash;
    expect(hashOf({ key: "other", judge: "gpt" })).toBe(hashOf({}));
    expect(hashOf({ prompt: "{completion}?" })).not.toBe(hashOf({}));
  });

  test("names its judge in the spec, or in the arguments of old releases", () => {
    expect(modelGradedKind.judges({ modelgraded_spec: { ...politeness, judge: ["a", "b"] } })).toEqual(["a", "b"]);
    expect(modelGradedKind.judges({ modelgraded_spec: politeness, eval_completion_fn: "c" })).toEqual(["c"]);
    expect(modelGradedKind.judges({ modelgraded_spec: politeness })).toEqual([]);
  });
});
