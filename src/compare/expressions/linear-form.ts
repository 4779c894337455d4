import type { Formula, MeanNode } from "./expression.ts";

/** A formula as `constant + sum of factor × mean`. */
export interface LinearForm {
  readonly constant: number;
  /** By leaf. */
  readonly factors: readonly number[];
}

/** Forms that were found already, by formula: metrics that use one another share their parts. */
export type KnownForms = Map<Formula, LinearForm | undefined>;

/** undefined for a formula that is not linear in its means. */
export function linearForm(
  formula: Formula,
  leafOf: (node: MeanNode) => number,
  leaves: number,
  known: KnownForms = new Map(),
): LinearForm | undefined {
  const constantOnly = (value: number): LinearForm => ({ constant: value, factors: new Array<number>(leaves).fill(0) });
  const isConstant = ({ factors }: LinearForm) => factors.every((factor) => factor === 0);
  const times = ({ constant, factors }: LinearForm, by: number): LinearForm => ({
    constant: constant * by,
    factors: factors.map((factor) => factor * by),
  });
  const plus = (a: LinearForm, b: LinearForm): LinearForm => ({
    constant: a.constant + b.constant,
    factors: a.factors.map((factor, i) => factor + (b.factors[i] as number)),
  });

  function walk(node: Formula): LinearForm | undefined {
    if (!known.has(node)) known.set(node, formOf(node));
    return known.get(node);
  }

  function formOf(node: Formula): LinearForm | undefined {
    if (node.kind === "number") return constantOnly(node.value);
    if (node.kind === "mean") {
      const leaf = leafOf(node);
      return { constant: 0, factors: constantOnly(0).factors.map((_, i) => (i === leaf ? 1 : 0)) };
    }
    if (node.kind === "call") return undefined;
    const [a, b] = [walk(node.left), walk(node.right)];
    if (a === undefined || b === undefined) return undefined;
    switch (node.op) {
      case "+":
        return plus(a, b);
      case "-":
        return plus(a, times(b, -1));
      case "*":
        return isConstant(a) ? times(b, a.constant) : isConstant(b) ? times(a, b.constant) : undefined;
      case "/":
        return isConstant(b) && b.constant !== 0 ? times(a, 1 / b.constant) : undefined;
      case "^":
        if (isConstant(b) && b.constant === 1) return a;
        return isConstant(a) && isConstant(b) ? constantOnly(a.constant ** b.constant) : undefined;
    }
  }

  const found = walk(formula);
  return found !== undefined && [found.constant, ...found.factors].every(Number.isFinite) ? found : undefined;
}
