import { expect, test } from "vitest";
import { answerKind } from "./answer-kind.ts";
import { proposeScorer } from "./propose-scorer.ts";

const times = (n: number, ...texts: string[]) => Array.from({ length: n }, () => texts.map((text) => [text])).flat();

test.each([
  {
    name: "few short texts",
    answers: times(3, "disk", "auth"),
    wanted: { class: "match", args: { trim: true, ignore_case: true, whole_word: true } },
  },
  { name: "few numbers are labels", answers: times(3, "1", "2", "10"), wanted: { class: "match" } },
  {
    name: "labels that differ in case",
    answers: times(3, "us", "US"),
    wanted: { class: "match", args: { trim: true, whole_word: true }, notes: [expect.stringContaining("US, us")] },
  },
  {
    name: "a label that begins another, as a word",
    answers: times(3, "new", "New York"),
    wanted: { class: "exact", args: { trim: true, ignore_case: true } },
  },
  { name: "a label that begins another, within a word", answers: times(3, "in", "inside"), wanted: { class: "match" } },
  { name: "texts that are each there once", answers: times(1, "Oslo", "Lima", "Bern"), wanted: { class: "includes" } },
  { name: "one text alone is no choice of labels", answers: times(9, "yes"), wanted: { class: "includes" } },
  { name: "several right answers", answers: [["a", "b"], ["c"]], wanted: { class: "includes" } },
  { name: "numbers", answers: times(1, "1", "-2.5", "1,200"), wanted: { class: "numeric" } },
  { name: "a decimal comma is no number for it", answers: times(1, "1,5", "2,25"), wanted: { class: "includes" } },
  { name: "JSON", answers: times(1, '{"a": 1}', "[]"), wanted: { class: "json-match", args: { strip_code_fence: true } } },
  { name: "what only looks like JSON", answers: times(1, "{a}", "{b}"), wanted: { class: "includes" } },
  { name: "long texts", answers: times(1, "word ".repeat(20)), wanted: { class: "rouge-l", verdicts: false } },
])("$name", ({ answers, wanted }) => expect(proposeScorer(answerKind(answers))).toMatchObject(wanted));
