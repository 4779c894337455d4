import { describe, expect, test } from "vitest";
import { toSample } from "../core/sample.ts";
import { type NumericArgs, numeric, numericKind } from "./numeric.ts";

describe("numeric", () => {
  test.each<{ reply: string; ideal: string; args?: NumericArgs; right: boolean }>([
    { reply: "So the total is 1,200.", ideal: "1200", right: true },
    { reply: "First 5, then 7", ideal: "5", right: false },
    { reply: "First 5, then 7", ideal: "5", args: { pick: "first" }, right: true },
    { reply: "First 5, then 7", ideal: "7", args: { pick: "only" }, right: false },
    { reply: "7", ideal: "7", args: { pick: "only" }, right: true },
    { reply: "3.1", ideal: "3.14", right: false },
    { reply: "3.1", ideal: "3.14", args: { tolerance: 0.05 }, right: true },
    { reply: "1.1", ideal: "1", args: { tolerance: 0.1 }, right: true },
    { reply: "1.2", ideal: "1", args: { tolerance: 0.1 }, right: false },
    { reply: "99", ideal: "100", args: { relative_tolerance: 0.01 }, right: true },
    { reply: "98", ideal: "100", args: { relative_tolerance: 0.01 }, right: false },
    { reply: "-99", ideal: "-100", args: { relative_tolerance: 0.01 }, right: true },
    { reply: "5 miles", ideal: "5 km", right: true },
    { reply: "5 miles", ideal: "5 km", args: { unit: true }, right: false },
    { reply: "about 5km.", ideal: "5 km", args: { unit: true }, right: true },
    { reply: "5 kmh", ideal: "5 km", args: { unit: true }, right: false },
    { reply: "it is $5", ideal: "$5", args: { unit: true }, right: true },
    { reply: "it is 5", ideal: "$5", args: { unit: true }, right: false },
    { reply: "9007199254740993", ideal: "9007199254740992", right: false },
    { reply: "9,007,199,254,740,993", ideal: "9007199254740993", right: true },
    { reply: "no idea", ideal: "0", right: false },
  ])("$reply against $ideal with $args is $right", ({ reply, ideal, args, right }) => {
    expect(numeric(reply, [ideal], args) !== undefined).toBe(right);
  });

  test.each(["none", "1 or 2"])("refuses the ideal %j before the run", (ideal) => {
    expect(numericKind.checkSample(toSample({ input: "?", ideal }, 0, "t.dev"))).toMatch("one number");
  });
});
