import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { FinegaugeError } from "../../core/errors.ts";
import { type ExpressionParser, openExpressions } from "./parse-expression.ts";

let parser: ExpressionParser;
beforeAll(async () => {
  parser = await openExpressions();
});

const name = (text: string, side = "candidate") => ({ kind: "name", side, name: text });
const number = (value: number) => ({ kind: "number", value });

function refused(run: () => unknown): FinegaugeError {
  try {
    run();
  } catch (error) {
    if (error instanceof FinegaugeError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("expression", () => {
  test.each([
    ["accuracy", name("accuracy")],
    ["candidate.accuracy", name("accuracy")],
    ["baseline.accuracy", name("accuracy", "baseline")],
    ["delta.latency.p50", name("latency.p50", "delta")],
    ['delta["tone-check"]', name("tone-check", "delta")],
    ['accuracy["metadata.label=disk"]', { ...name("accuracy"), slice: "metadata.label=disk" }],
    ['delta["tone-check"]["metadata.label=disk"]', { ...name("tone-check", "delta"), slice: "metadata.label=disk" }],
    ["regressions()", { kind: "regressions" }],
    ['regressions("must-pass")', { kind: "regressions", selector: "must-pass" }],
    ["-0.02", number(-0.02)],
    ["5%", { kind: "operation", op: "/", left: number(5), right: number(100) }],
    ["1 - accuracy", { kind: "operation", op: "-", left: number(1), right: name("accuracy") }],
    ["sqrt(accuracy)", { kind: "call", fn: "sqrt", args: [name("accuracy")] }],
  ])("reads %s", (text, tree) => {
    expect(parser.expression(text)).toEqual(tree);
  });

  test.each([
    ["", "is empty"],
    ["accuracy +", "cannot be read"],
    ["accuracy = 0.9", "an assignment (equality is ==)"],
    ["f(x) = x", "a definition"],
    ["accuracy; 1", "several statements"],
    ["[accuracy, 1]", "a list"],
    ["{a: 1}", "an object"],
    ["1:3", "a range"],
    ["accuracy ? 1 : 2", "a condition"],
    ["accuracy and 1", 'the operator "and"'],
    ["accuracy!", 'the operator "!"'],
    ["7 % 3", 'the operator "%"'],
    ["2 accuracy", "side by side"],
    ["accuracy - 5%", "a percentage inside"],
    ['import("x")', 'calls "import"'],
    ['evaluate("1")', 'calls "evaluate"'],
    ['parse("1")', 'calls "parse"'],
    ["cos(accuracy)", 'calls "cos"'],
    ["accuracy.constructor()", "calls"],
    ["accuracy.sqrt(1)", "calls"],
    ["min(accuracy)", "with 1 arguments"],
    ["regressions(3)", "something other than one text"],
    ["accuracy[1]", "brackets around something other"],
    ['"text"', "where a number belongs"],
    ["1e999", "where a number belongs"],
    ["(1 > 2) + 1", 'the operator ">"'],
    ["a".repeat(501), "longer than 500"],
    [`${"(".repeat(200)}1${")".repeat(200)}`, "nested too deeply"],
    [`${"-".repeat(400)}1`, "nested too deeply"],
  ])("refuses %s", (text, why) => {
    const error = refused(() => parser.expression(text));
    expect(error.code).toBe("gate.rule-invalid");
    expect(error.message).toContain(why);
  });

  test("says where in a file it broke", () => {
    const error = refused(() => parser.expression("accuracy + cos(1)", { file: "gate.yaml", line: 3, column: 9 }));
    expect(error.more).toMatchObject({
      where: { file: "gate.yaml", line: 3, column: 20 },
      hint: expect.stringContaining("sqrt"),
    });
  });
});

describe("comparisons", () => {
  test.each([
    ["accuracy >= 0.9", [">="]],
    ["0.8 < accuracy <= 0.95", ["<", "<="]],
    ["errors == 0", ["=="]],
    ["(accuracy >= 0.9)", [">="]],
  ])("reads %s", (text, ops) => {
    expect(parser.comparisons(text).ops).toEqual(ops);
    expect(parser.comparisons(text).sides).toHaveLength(ops.length + 1);
  });

  test.each([
    ["accuracy", "is no comparison"],
    ["accuracy != 0.9", "an operator that is no claim"],
    ["accuracy >= 0.9 and errors == 0", "is no comparison"],
  ])("refuses %s", (text, why) => {
    expect(refused(() => parser.comparisons(text)).message).toContain(why);
  });

  test("throws nothing but FinegaugeError, whatever the text", () => {
    const words = fc.constantFrom(
      "accuracy",
      "delta",
      ".",
      "(",
      ")",
      "[",
      "]",
      '"',
      ">=",
      "==",
      "-",
      "*",
      "5",
      "%",
      ",",
      "regressions",
      " ",
      "=",
      ";",
      "'",
      "{",
      "__proto__",
      "constructor",
    );
    const texts = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.array(words, { maxLength: 20 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const read of [parser.expression, parser.comparisons]) {
          try {
            read(text);
          } catch (error) {
            expect(error).toBeInstanceOf(FinegaugeError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
