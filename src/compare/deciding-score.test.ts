import { expect, test } from "vitest";
import { decidingScore } from "./deciding-score.ts";

const scored = (name: string) => ({ name, value: 1 });
const verdict = (name: string) => ({ name, value: 1, passed: true });

test.each([
  { scores: [scored("f1_score"), verdict("accuracy")], name: "accuracy" },
  { scores: [scored("first"), verdict("second")], name: "second" },
  { scores: [scored("first"), scored("second")], name: "first" },
  { scores: [verdict("includes.accuracy"), scored("score")], name: "score" },
  { scores: [scored("includes.share"), verdict("includes.accuracy")], name: "includes.accuracy" },
  { scores: [], name: undefined },
])("of $scores decides $name", ({ scores, name }) => {
  expect(decidingScore(scores)?.name).toBe(name);
});
