import { expect, test } from "vitest";
import { ended, runLine } from "../../test/support/run-values.ts";
import { runStatus } from "./run-status.ts";

const counts = ended().counts;

test.each([
  { name: "no end", end: undefined, done: 10, is: "unfinished" },
  { name: "an end, and every reply", end: ended(), done: 10, is: "complete" },
  { name: "an end, and half of the replies", end: ended(), done: 5, is: "unfinished" },
  { name: "an end that says itself that replies lack", end: ended({ counts: { ...counts, done: 9 } }), is: "unfinished" },
  { name: "an end that nobody checked", end: ended(), is: "complete" },
  { name: "a stop", end: ended({ status: "stopped" }), done: 5, is: "stopped" },
  { name: "a failure that came after the last reply", end: ended({ status: "failed" }), done: 10, is: "failed" },
])("$name is $is", ({ end, done, is }) => {
  expect(runStatus(runLine(), end, done)).toBe(is);
});

test("each attempt is a reply", () => {
  expect(runStatus(runLine({ selected: 5, attempts: 2 }), ended(), 10)).toBe("complete");
  expect(runStatus(runLine({ selected: 10, attempts: 2 }), ended(), 10)).toBe("unfinished");
});
