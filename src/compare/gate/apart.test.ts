import { expect, test } from "vitest";
import { writtenApart } from "./apart.ts";

test.each([
  { numbers: [0.948], bound: 0.9, scale: "percent", signed: false, texts: ["94.8 %", "90.0 %"] },
  { numbers: [-0.0001], bound: -0.0003, scale: "percent", signed: true, texts: ["−0.01 points", "−0.03 points"] },
  { numbers: [-0.01996], bound: -0.02, scale: "percent", signed: true, texts: ["−1.996 points", "−2.000 points"] },
  { numbers: [0.00001], bound: 0.0001, scale: "plain", signed: false, texts: ["0.0000", "0.0001"] },
  { numbers: [2.5e-7, 0.00014], bound: 0.0001, scale: "plain", signed: false, texts: ["0.00000", "0.00014", "0.00010"] },
  { numbers: [0.1 + 0.2], bound: 0.3, scale: "plain", signed: false, texts: ["0.30000000000000004", "0.3"] },
  { numbers: [182.4], bound: 182, scale: "ms", signed: false, texts: ["182.40 ms", "182.00 ms"] },
  { numbers: [0], bound: 0, scale: "percent", signed: true, texts: ["±0.0 points", "±0.0 points"] },
] as const)("$numbers against $bound: $texts", ({ numbers, bound, scale, signed, texts }) => {
  const write = writtenApart(numbers, bound, { scale, signed });
  const found = [...numbers, bound].map(write);
  // What differs never looks alike.
  for (const [at, number] of numbers.entries()) if (number !== bound) expect(found[at]).not.toBe(found.at(-1));
  expect(found).toEqual(texts);
});
