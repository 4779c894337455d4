import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import { type Formula, type FunctionName, type MeanNode, numberNode, type Operator, operation } from "./expression.ts";
import { rangeOf } from "./range.ts";

const leaf = (metric: string): MeanNode => ({ kind: "mean", side: "candidate", metric });
const leaves = ["a", "b", "c"];

const formulas = fc.letrec<{ tree: Formula }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...leaves).map<Formula>(leaf),
    fc.constantFrom(-2, -1, 0, 0.5, 1, 2, 3).map<Formula>(numberNode),
    fc
      .tuple(fc.constantFrom<Operator>("+", "-", "*", "/", "^"), tie("tree"), tie("tree"))
      .map<Formula>(([op, left, right]) => operation(op, left, right)),
    fc
      .tuple(fc.constantFrom<FunctionName>("abs", "exp", "log", "sqrt", "sign"), tie("tree"))
      .map<Formula>(([fn, arg]) => ({ kind: "call", fn, args: [arg] })),
    fc
      .tuple(fc.constantFrom<FunctionName>("max", "min"), tie("tree"), tie("tree"))
      .map<Formula>(([fn, ...args]) => ({ kind: "call", fn, args })),
  ),
})).tree;

test("a range holds every value that the formula has within its box", () => {
  const ends = fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(formulas, fc.array(ends, { minLength: 3, maxLength: 3 }), shares, (formula, boxes, at) => {
      const bounds = boxes.map(([low, width]) => ({ low, high: low + width }));
      const { low, high } = rangeOf<MeanNode>(formula, ({ metric }) => bounds[leaves.indexOf(metric)] ?? { low: 0, high: 0 });
      const point = bounds.map((box, nth) => box.low + (at[nth] as number) * (box.high - box.low));
      const { value } = evaluate(formula, ({ metric }) => leaves.indexOf(metric), point);
      if (!Number.isFinite(value)) return;
      const dust = 1e-9 * Math.max(1, Math.abs(value));
      expect(low).toBeLessThanOrEqual(value + dust);
      expect(high).toBeGreaterThanOrEqual(value - dust);
    }),
    { numRuns: 3000 },
  );
});
