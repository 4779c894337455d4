import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numbersIn } from "./numbers-in.ts";

const values = (text: string, comma = false) => numbersIn(text, { decimal_comma: comma }).map(({ value }) => value);

describe("numbersIn", () => {
  test.each<[string, number[]]>([
    ["42", [42]],
    ["It costs $1,234.50 today, not $1,300.", [1234.5, 1300]],
    ["1'234'567 and 1\u202f234\u202f567", [1234567, 1234567]],
    ["-5 and −7.5 and +3", [-5, -7.5, 3]],
    ["2-3, pages 10-12", [2, 3, 10, 12]],
    [".5 or 0.5", [0.5, 0.5]],
    ["6.02e23, 1E-3", [6.02e23, 0.001]],
    ["the answer is **12**.", [12]],
    ["(1,2,3)", [1, 2, 3]],
    ["1,2345", [1, 2345]],
    ["1,234,56", [1234, 56]],
    ["gpt4 and Q3 and x_1", []],
    ["5km, 1st, 90%", [5, 1, 90]],
    ["version 1.2.3", [1.2]],
    ["#### 72", [72]],
    ["none", []],
    ["1e99999", [1]],
    ["5 100 people", [5, 100]],
  ])("%s says %j", (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  test.each<[string, number[]]>([
    ["1.234,5", [1234.5]],
    ["3,14 und 2", [3.14, 2]],
    ["1.000.000", [1000000]],
  ])("%s with a decimal comma says %j", (text, expected) => {
    expect(values(text, true)).toEqual(expected);
  });

  test("reads back any number, plain or grouped", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 999 }), (whole, thousandths) => {
        const decimals = String(thousandths).padStart(3, "0");
        const wanted = Number(`${whole}.${decimals}`);
        expect(values(`it is ${whole}.${decimals}, says he`)).toEqual([wanted]);
        expect(values(`it is ${whole.toLocaleString("en-US")}.${decimals}!`)).toEqual([wanted]);
      }),
    );
  });
});
