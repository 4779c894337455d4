import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { drawSubjects } from "./draw-subjects.ts";
import { fail, ok, type Subject, warn } from "./finding.ts";

const subjects: Subject[] = [
  { subject: "nothing", findings: [] },
  {
    subject: "a model",
    findings: [
      ok("a", "is fine"),
      warn(
        "b",
        "is a long sentence about something that is not as it should be, and goes on",
        "do this, and then do that, until it is well again",
      ),
      fail("c", "has failed", "try again", { detail: [`it said: ${"x".repeat(90)}`, "two  spaces\n"] }),
    ],
  },
];

const plain = (columns: number | undefined) => drawSubjects(subjects, { columns }).map((line) => stripVTControlCharacters(line));

describe("drawSubjects", () => {
  test("puts a finding on one line where nobody wraps it", () => {
    expect(plain(undefined)).toEqual([
      "a model",
      "  ok    is fine",
      "  warn  is a long sentence about something that is not as it should be, and goes on",
      "        → do this, and then do that, until it is well again",
      "  fail  has failed",
      `        it said: ${"x".repeat(90)}`,
      "        two  spaces↵",
      "        → try again",
      "",
      "1 failure, 1 warning, 1 ok",
    ]);
  });

  test.each([60, 40, 20])("keeps within a terminal of %i columns, and loses nothing", (columns) => {
    const lines = plain(columns);
    for (const line of lines) expect(line.length).toBeLessThan(Math.max(columns, 34));
    const squeezed = (text: string) => text.replace(/\s/g, "");
    expect(squeezed(lines.join(""))).toBe(squeezed(plain(undefined).join("")));
  });

  test("says so when there is nothing to check", () => {
    expect(drawSubjects([], { columns: undefined })).toEqual(["nothing to check"]);
  });
});
