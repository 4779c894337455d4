import { type Formula, type MeanNode, numberNode, operation, replaced } from "./expression.ts";
import { type KnownForms, type LinearForm, linearForm } from "./linear-form.ts";

/** A formula taken apart: what it is of its parts, each a mean or a weighted sum of means, such as one paired difference. */
export interface Parts {
  /** Over nodes of `partNode`. */
  readonly outer: Formula;
  readonly forms: readonly LinearForm[];
}

/** Stands for a part by its number. */
export function partNode(part: number): MeanNode {
  return { kind: "mean", side: "candidate", metric: String(part) };
}

export function partOf({ metric }: MeanNode): number {
  return Number(metric);
}

/**
 * Takes a formula apart into its largest linear parts, where they are fewer than its means: `delta.accuracy ^ 2` hangs on one number, whose
 * interval is much narrower than what the two means allow. Else each mean is a part.
 */
export function partsOf(formula: Formula, leafOf: (node: MeanNode) => number, leaves: number): Parts {
  const forms: LinearForm[] = [];
  const known: KnownForms = new Map();
  const splits = new Map<Formula, Formula>();
  const outer = split(formula);
  if (forms.length < leaves) return { outer, forms };
  const single = Array.from({ length: leaves }, (_, leaf) => formOf(leaf));
  const overLeaves = replaced<MeanNode, MeanNode>(formula, (node) => partNode(leafOf(node)));
  return { outer: overLeaves, forms: single };

  function split(node: Formula): Formula {
    let found = splits.get(node);
    if (found === undefined) {
      found = splitOf(node);
      splits.set(node, found);
    }
    return found;
  }

  function splitOf(node: Formula): Formula {
    if (node.kind === "number") return node;
    const form = linearForm(node, leafOf, leaves, known);
    if (form !== undefined) return ofForm(form);
    if (node.kind === "mean") return node;
    if (node.kind === "operation") return operation(node.op, split(node.left), split(node.right));
    return { ...node, args: node.args.map(split) };
  }

  /** Parts that differ by a factor or a constant are one. */
  function ofForm({ constant, factors }: LinearForm): Formula {
    const factor = factors.find((one) => one !== 0);
    if (factor === undefined) return numberNode(constant);
    const form = { constant: 0, factors: factors.map((one) => one / factor) };
    const same = (other: LinearForm) => other.factors.every((one, leaf) => one === form.factors[leaf]);
    let part = forms.findIndex(same);
    if (part < 0) part = forms.push(form) - 1;
    return operation("+", numberNode(constant), operation("*", numberNode(factor), partNode(part)));
  }

  function formOf(leaf: number): LinearForm {
    return { constant: 0, factors: Array.from({ length: leaves }, (_, at) => (at === leaf ? 1 : 0)) };
  }
}
