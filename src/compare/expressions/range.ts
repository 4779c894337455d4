import type { Bounds } from "../../stats/bounds.ts";
import type { FunctionName, Operator, Tree } from "./expression.ts";

export const anything: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/**
 * The values that an expression can have while each leaf lies within its bounds, by interval arithmetic: never too few, and too many
 * where one leaf stands several times. Where it may have no value at all, it can be anything.
 *
 * @see Moore, Kearfott & Cloud 2009, Introduction to Interval Analysis, chapters 2 and 5
 */
export function rangeOf<Leaf>(tree: Tree<Leaf>, boundsOf: (leaf: Leaf) => Bounds): Bounds {
  // Metrics that use one another share their parts.
  const known = new Map<Tree<Leaf>, Bounds>();

  function walk(node: Tree<Leaf>): Bounds {
    let found = known.get(node);
    if (found === undefined) {
      const { low, high } = ofNode(node);
      found = Number.isNaN(low) || Number.isNaN(high) ? anything : { low, high };
      known.set(node, found);
    }
    return found;
  }

  function ofNode(node: Tree<Leaf>): Bounds {
    const inner = node as Exclude<Tree<Leaf>, Leaf>;
    switch ((node as { kind: string }).kind) {
      case "number":
        return { low: (inner as { value: number }).value, high: (inner as { value: number }).value };
      case "operation": {
        const { op, left, right } = inner as { op: Operator; left: Tree<Leaf>; right: Tree<Leaf> };
        return combined(op, walk(left), walk(right));
      }
      case "call": {
        const { fn, args } = inner as { fn: FunctionName; args: readonly Tree<Leaf>[] };
        return called(fn, args.map(walk));
      }
      default:
        return boundsOf(node as Leaf);
    }
  }

  return walk(tree);
}

function combined(op: Operator, a: Bounds, b: Bounds): Bounds {
  switch (op) {
    case "+":
      return { low: a.low + b.low, high: a.high + b.high };
    case "-":
      return { low: a.low - b.high, high: a.high - b.low };
    case "*":
      return hull([times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)]);
    case "/":
      if (b.low <= 0 && b.high >= 0) return anything;
      return combined("*", a, { low: 1 / b.high, high: 1 / b.low });
    case "^":
      return power(a, b);
  }
}

/** Nought times whatever there is, however large, is nought. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function power(base: Bounds, exponent: Bounds): Bounds {
  const fixed = exponent.low === exponent.high ? exponent.low : undefined;
  if (fixed !== undefined && Number.isInteger(fixed) && fixed >= 0) {
    const ends = hull([base.low ** fixed, base.high ** fixed]);
    return fixed > 0 && fixed % 2 === 0 && base.low < 0 && base.high > 0 ? { low: 0, high: ends.high } : ends;
  }
  if (base.low < 0 || (base.low === 0 && exponent.low < 0)) return anything;
  // Of a base above 0 it rises or falls all the way in either.
  return hull([base.low, base.high].flatMap((b) => [b ** exponent.low, b ** exponent.high]));
}

function called(fn: FunctionName, args: readonly Bounds[]): Bounds {
  const [first] = args as [Bounds];
  const rising = (of: (value: number) => number) => ({ low: of(first.low), high: of(first.high) });
  switch (fn) {
    case "abs": {
      const ends = hull([Math.abs(first.low), Math.abs(first.high)]);
      return first.low < 0 && first.high > 0 ? { low: 0, high: ends.high } : ends;
    }
    case "exp":
      return rising(Math.exp);
    case "log":
      return rising(Math.log);
    case "sqrt":
      return rising(Math.sqrt);
    case "sign":
      return rising(Math.sign);
    case "ratio":
      return combined("/", first, args[1] as Bounds);
    case "max":
      return { low: Math.max(...args.map(({ low }) => low)), high: Math.max(...args.map(({ high }) => high)) };
    case "min":
      return { low: Math.min(...args.map(({ low }) => low)), high: Math.min(...args.map(({ high }) => high)) };
  }
}

function hull(values: readonly number[]): Bounds {
  return { low: Math.min(...values), high: Math.max(...values) };
}
