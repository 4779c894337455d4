import type { Formula, FunctionName, MeanNode, Operator } from "./expression.ts";

export interface Evaluated {
  /** NaN or infinite where the formula has no value, such as 0 / 0. */
  readonly value: number;
  /** By leaf: how fast the value rises with it. */
  readonly gradient: readonly number[];
}

/**
 * A formula's value and gradient, by forward differentiation.
 *
 * @param leafOf number of a mean among the leaves
 * @param at value of each leaf
 */
export function evaluate(formula: Formula, leafOf: (node: MeanNode) => number, at: ArrayLike<number>): Evaluated {
  const none = new Array<number>(at.length).fill(0);
  const scaled = (gradient: readonly number[], by: number) => gradient.map((part) => (part === 0 ? 0 : part * by));
  const sum = (a: readonly number[], b: readonly number[]) => a.map((part, i) => part + (b[i] as number));

  // Metrics that use one another share their parts.
  const known = new Map<Formula, Evaluated>();

  function walk(node: Formula): Evaluated {
    let found = known.get(node);
    if (found === undefined) {
      found = ofNode(node);
      known.set(node, found);
    }
    return found;
  }

  function ofNode(node: Formula): Evaluated {
    switch (node.kind) {
      case "number":
        return { value: node.value, gradient: none };
      case "mean": {
        const leaf = leafOf(node);
        return { value: at[leaf] as number, gradient: none.map((_, i) => (i === leaf ? 1 : 0)) };
      }
      case "operation":
        return combined(node.op, walk(node.left), walk(node.right));
      case "call":
        return called(node.fn, node.args.map(walk));
    }
  }

  function combined(op: Operator, a: Evaluated, b: Evaluated): Evaluated {
    switch (op) {
      case "+":
        return { value: a.value + b.value, gradient: sum(a.gradient, b.gradient) };
      case "-":
        return { value: a.value - b.value, gradient: sum(a.gradient, scaled(b.gradient, -1)) };
      case "*":
        return { value: a.value * b.value, gradient: sum(scaled(a.gradient, b.value), scaled(b.gradient, a.value)) };
      case "/":
        return {
          value: a.value / b.value,
          gradient: sum(scaled(a.gradient, 1 / b.value), scaled(b.gradient, -a.value / b.value ** 2)),
        };
      case "^": {
        const value = a.value ** b.value;
        // Of a constant exponent only the base counts: a logarithm of 0 would make nothing of it.
        const ofBase = scaled(a.gradient, b.value * a.value ** (b.value - 1));
        const ofExponent = scaled(b.gradient, value * Math.log(a.value));
        return { value, gradient: sum(ofBase, ofExponent) };
      }
    }
  }

  function called(fn: FunctionName, args: readonly Evaluated[]): Evaluated {
    const [first] = args as [Evaluated];
    const { value, gradient } = first;
    switch (fn) {
      case "abs":
        return { value: Math.abs(value), gradient: scaled(gradient, value < 0 ? -1 : 1) };
      case "exp":
        return { value: Math.exp(value), gradient: scaled(gradient, Math.exp(value)) };
      case "log":
        return { value: Math.log(value), gradient: scaled(gradient, 1 / value) };
      case "sqrt":
        return { value: Math.sqrt(value), gradient: scaled(gradient, 0.5 / Math.sqrt(value)) };
      case "sign":
        return { value: Math.sign(value), gradient: none };
      case "ratio": {
        const [part, whole] = args as [Evaluated, Evaluated];
        return whole.value === 0 ? { value: 0, gradient: none } : combined("/", part, whole);
      }
      case "max":
        return args.reduce((best, one) => (one.value > best.value || Number.isNaN(one.value) ? one : best));
      case "min":
        return args.reduce((best, one) => (one.value < best.value || Number.isNaN(one.value) ? one : best));
    }
  }

  return walk(formula);
}
