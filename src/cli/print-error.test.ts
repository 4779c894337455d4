import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, describe as group, test } from "vitest";
import { FinegaugeError } from "../core/errors.ts";
import { describe } from "./print-error.ts";

const shown = (error: FinegaugeError) => stripVTControlCharacters(describe(error)).split("\n");

group("describe", () => {
  test("gives what happened, where, what is near and what to do next, each on its line", () => {
    const where = { file: join(process.cwd(), "registry/evals/a.yaml"), line: 3, column: 5 };
    const more = { where, nearest: ["tickets", "tests"], hint: "finegauge list evals" };
    expect(shown(new FinegaugeError("registry.unknown-name", 'no eval named "tickts"', more))).toEqual([
      'error registry.unknown-name: no eval named "tickts"',
      "  registry/evals/a.yaml:3:5",
      '  did you mean "tickets" or "tests"?',
      "  finegauge list evals",
    ]);
  });

  test.each([
    { name: "a file alone", where: { file: "/elsewhere/a.jsonl" }, line: "  /elsewhere/a.jsonl" },
    { name: "a line without a column", where: { file: "/elsewhere/a.jsonl", line: 7 }, line: "  /elsewhere/a.jsonl:7" },
  ])("shows $name", ({ where, line }) => {
    expect(shown(new FinegaugeError("data.invalid", "no JSON", { where }))).toEqual(["error data.invalid: no JSON", line]);
  });

  test("says no more than it knows", () => {
    expect(shown(new FinegaugeError("run.disk", "full", { nearest: [] }))).toEqual(["error run.disk: full"]);
  });

  test("a server's words reach the terminal without controls", () => {
    const words = "\u001b[2J\u001b]0;x\u0007no\u202e\rway";
    const text = describe(new FinegaugeError("provider.rejected", words, { hint: words, nearest: [words] }));
    expect(text.slice(text.indexOf("no"))).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
    expect(text.split("\n")).toHaveLength(3);
  });
});
