import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exitCodeOf, exitCodes, FinegaugeError, messageOf } from "./errors.ts";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([a-z.-]+)` \| (\d+) \| (.+?) \| (.+?) \|$/gm)].map(([, code, exit, happened, remedy]) => ({
  code,
  exit: Number(exit),
  happened,
  remedy,
}));

describe("docs/errors.md", () => {
  test("has every code once, with the exit code that a command ends with, and none besides", () => {
    const documented = rows.map(({ code, exit }) => [code, exit]);
    expect(documented.toSorted()).toEqual(Object.entries(exitCodes).toSorted());
  });

  test("says for each what happened and what to do", () => {
    for (const { happened, remedy } of rows) {
      expect(happened?.length).toBeGreaterThan(10);
      expect(remedy?.length).toBeGreaterThan(10);
    }
  });
});

describe("exitCodeOf", () => {
  test("is the one of the code", () => {
    expect(exitCodeOf(new FinegaugeError("provider.auth", "no"))).toBe(3);
    expect(exitCodeOf(new FinegaugeError("cli.usage", "no"))).toBe(2);
    expect(exitCodeOf(new FinegaugeError("run.interrupted", "no"))).toBe(130);
  });

  test("is 70 for everything that is not meant for a user", () => {
    for (const thrown of [new Error("x"), new TypeError("x"), "x", undefined, null, { code: "cli.usage" }]) {
      expect(exitCodeOf(thrown)).toBe(70);
    }
  });
});

test("a FinegaugeError carries its cause and what to do next", () => {
  const cause = new Error("below");
  const error = new FinegaugeError("data.invalid", "no JSON", { cause, hint: "mend it", where: { file: "a.jsonl", line: 3 } });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "FinegaugeError", code: "data.invalid", message: "no JSON", cause });
  expect(error.more).toMatchObject({ hint: "mend it", where: { file: "a.jsonl", line: 3 } });
  expect("cause" in new FinegaugeError("data.invalid", "x")).toBe(false);
});

test.each([
  [new Error("a"), "a"],
  ["b", "b"],
  [undefined, "undefined"],
  [7, "7"],
])("messageOf %s is %s", (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
