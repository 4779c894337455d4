import { type Expression, type NameNode, operation } from "../expressions/expression.ts";
import { partName } from "./side-labels.ts";

const kinds = ["precision", "recall", "f1"] as const;

/**
 * Precision, recall and F1 of labels and their means, as formulas over the parts of labels: by these names rules and comparisons know
 * them. A label that is never given has no precision; in a mean over labels it counts 0, and one that neither occurs nor is given does
 * not count in a macro mean.
 */
export function labelExpressions(labels: readonly string[]): ReadonlyMap<string, Expression> {
  const expressions = new Map<string, Expression>();
  for (const label of labels) {
    for (const kind of kinds) expressions.set(`${kind}.${label}`, operation("/", ...partsOf(kind, label)));
  }
  if (labels.length === 0) return expressions;
  for (const kind of kinds) {
    const scores = labels.map((label) => ratio(...partsOf(kind, label)));
    const present = labels.map(
      (label) => ({ kind: "call", fn: "sign", args: [sum(mean("is", label), mean("said", label))] }) as const,
    );
    expressions.set(`macro_${kind}`, operation("/", sum(...scores), sum(...present)));
    const weighted = labels.map((label, at) => operation("*", mean("is", label), scores[at] as Expression));
    expressions.set(`weighted_${kind}`, operation("/", sum(...weighted), sum(...labels.map((label) => mean("is", label)))));
  }
  return expressions;
}

/** What a label's score is divided by, and what divides it. */
function partsOf(kind: (typeof kinds)[number], label: string): [Expression, Expression] {
  const right = mean("right", label);
  if (kind === "precision") return [right, mean("said", label)];
  if (kind === "recall") return [right, mean("is", label)];
  return [operation("*", { kind: "number", value: 2 }, right), sum(mean("is", label), mean("said", label))];
}

function mean(part: "is" | "said" | "right", label: string): NameNode {
  return { kind: "name", side: "candidate", name: partName(part, label) };
}

function sum(first: Expression, ...others: Expression[]): Expression;
function sum(...all: Expression[]): Expression;
function sum(...[first, ...others]: Expression[]): Expression {
  return others.reduce<Expression>((all, one) => operation("+", all, one), first as Expression);
}

function ratio(part: Expression, whole: Expression): Expression {
  return { kind: "call", fn: "ratio", args: [part, whole] };
}
