import { describe, expect, test } from "vitest";
import { answered, ended, failed, lateScore, runLine, session } from "../../test/support/run-values.ts";
import { parseLaterLine, parseRunLine } from "./parse-run-line.ts";

const corrupt = (text: string, line: number) =>
  expect.objectContaining({
    code: "run.corrupt",
    message: expect.stringContaining(text),
    more: expect.objectContaining({ where: { file: "a.jsonl", line } }),
  });

describe("parseRunLine", () => {
  test("gives the first line back", () => {
    expect(parseRunLine(JSON.stringify(runLine()), "a.jsonl")).toEqual(runLine());
  });

  test("leaves out what a later minor version may have added", () => {
    expect(parseRunLine(JSON.stringify({ ...runLine(), weather: "fine" }), "a.jsonl")).toEqual(runLine());
  });

  test.each([
    { name: "no JSON", text: '{"type":"run"', says: "not JSON" },
    { name: "nothing", text: "", says: "not JSON" },
    { name: "null", text: "null", says: "no run file" },
    { name: "another file's line", text: '{"messages":[]}', says: "no run file" },
    { name: "a later line", text: JSON.stringify(answered(0)), says: "no run file" },
    { name: "a run without its model", text: JSON.stringify({ ...runLine(), model: undefined }), says: "model" },
    {
      name: "more samples than anybody has",
      text: JSON.stringify(runLine({ selected: 2 ** 31, attempts: 2 })),
      says: "more samples than a run can have",
    },
  ])("refuses $name with its place", ({ text, says }) => {
    expect(() => parseRunLine(text, "a.jsonl")).toThrow(corrupt(says, 1));
  });

  test("a file of a later format is not damaged: the program is old", () => {
    expect(() => parseRunLine('{"type":"run","format":2}', "a.jsonl")).toThrow(
      expect.objectContaining({
        code: "run.format-newer",
        more: { where: { file: "a.jsonl", line: 1 }, hint: "update finegauge" },
      }),
    );
  });
});

describe("parseLaterLine", () => {
  test.each([answered(3), failed(3), lateScore(3), session({ wall_ms: 5 }), ended()])("gives a $type line back", (line) => {
    expect(parseLaterLine(JSON.stringify(line), "a.jsonl", 7, 10)).toEqual(line);
  });

  test.each(['{"type":"weather","seq":99}', "{}", "[]", "null", '{"type":"__proto__"}'])("passes over %s", (text) => {
    expect(parseLaterLine(text, "a.jsonl", 7, 10)).toBeUndefined();
  });

  test.each([
    { name: "no JSON", text: '{"type":"sample"', says: "not JSON" },
    { name: "a sample without hashes", text: JSON.stringify({ ...answered(3), hashes: {} }), says: "hashes.item" },
    {
      name: "a score that is a text",
      text: JSON.stringify({ ...lateScore(3), scores: [{ name: "a", value: "1" }] }),
      says: "scores.0.value",
    },
    { name: "a place that the run does not have", text: JSON.stringify(answered(10)), says: "seq 10 in a run of 10" },
    { name: "a late score of such a place", text: JSON.stringify(lateScore(11)), says: "seq 11 in a run of 10" },
    { name: "a second run", text: JSON.stringify(runLine()), says: "a second run begins" },
  ])("refuses $name with its place", ({ text, says }) => {
    expect(() => parseLaterLine(text, "a.jsonl", 7, 10)).toThrow(corrupt(says, 7));
  });
});
