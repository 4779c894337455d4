/** Which numbers a name means: `accuracy`, `baseline.accuracy`, `delta.accuracy`. */
export type NamedSide = "candidate" | "baseline" | "delta";

/** A name in an expression, as it was written. */
export interface NameNode {
  readonly kind: "name";
  readonly side: NamedSide;
  /** Without the side: `accuracy`, `latency.p50`, `margin`. */
  readonly name: string;
  /** `metadata.label=disk` of `accuracy["metadata.label=disk"]`. */
  readonly slice?: string | undefined;
}

/** A mean over the samples of one side: all that carries sampling error. */
export interface MeanNode {
  readonly kind: "mean";
  readonly side: "candidate" | "baseline";
  readonly metric: string;
  readonly slice?: string | undefined;
}

export interface NumberNode {
  readonly kind: "number";
  readonly value: number;
}

export type Operator = "+" | "-" | "*" | "/" | "^";

export interface OperationNode<Name> {
  readonly kind: "operation";
  readonly op: Operator;
  readonly left: Tree<Name>;
  readonly right: Tree<Name>;
}

/** What may be called in an expression; `regressions` takes a text and stands in rules alone. */
export const functionNames = ["abs", "exp", "log", "max", "min", "sqrt"] as const;
/** `ratio`: a / b, and 0 where b is 0. Like `sign` it stands in our own formulas alone. */
export type FunctionName = (typeof functionNames)[number] | "ratio" | "sign";

interface CallNode<Name> {
  readonly kind: "call";
  readonly fn: FunctionName;
  readonly args: readonly Tree<Name>[];
}

/** `regressions()` or `regressions("must-pass")`. */
export interface RegressionsNode {
  readonly kind: "regressions";
  /** A tag, or `path=value`; absent = all samples. */
  readonly selector?: string | undefined;
}

export type Tree<Name> = Name | NumberNode | OperationNode<Name> | CallNode<Name>;

/** An expression as it was written. */
export type Expression = Tree<NameNode | RegressionsNode>;

/** An expression in which every name was replaced by what it stands for. */
export type Formula = Tree<MeanNode>;

export function numberNode(value: number): NumberNode {
  return { kind: "number", value };
}

export function operation<Name>(op: Operator, left: Tree<Name>, right: Tree<Name>): OperationNode<Name> {
  return { kind: "operation", op, left, right };
}

/** The same expression with each leaf replaced. What stands in it several times as one node stays one: metrics share their parts. */
export function replaced<From, To>(tree: Tree<From>, by: (leaf: From) => Tree<To>): Tree<To> {
  const known = new Map<Tree<From>, Tree<To>>();

  function walk(tree: Tree<From>): Tree<To> {
    let found = known.get(tree);
    if (found === undefined) {
      found = copyOf(tree);
      known.set(tree, found);
    }
    return found;
  }

  function copyOf(tree: Tree<From>): Tree<To> {
    switch ((tree as { kind: string }).kind) {
      case "number":
        return tree as NumberNode;
      case "operation": {
        const { op, left, right } = tree as OperationNode<From>;
        return operation(op, walk(left), walk(right));
      }
      case "call": {
        const { fn, args } = tree as CallNode<From>;
        return { kind: "call", fn, args: args.map(walk) };
      }
      default:
        return by(tree as From);
    }
  }

  return walk(tree);
}

/** Nodes of an expression, written out: those that are shared count as often as they stand in it. */
export function sizeOfTree<Name>(tree: Tree<Name>): number {
  const known = new Map<Tree<Name>, number>();
  const walk = (node: Tree<Name>): number => {
    const counted = known.get(node);
    if (counted !== undefined) return counted;
    const size = 1 + childrenOf(node).reduce((sum, child) => sum + walk(child), 0);
    known.set(node, size);
    return size;
  };
  return walk(tree);
}

function childrenOf<Name>(tree: Tree<Name>): readonly Tree<Name>[] {
  const { kind } = tree as { kind: string };
  if (kind === "operation") return [(tree as OperationNode<Name>).left, (tree as OperationNode<Name>).right];
  return kind === "call" ? (tree as CallNode<Name>).args : [];
}

/** The leaves of an expression, from left to right; one that is shared, once. */
export function leavesOf<Name>(tree: Tree<Name>): Name[] {
  const leaves: Name[] = [];
  replaced<Name, Name>(tree, (leaf) => {
    leaves.push(leaf);
    return leaf;
  });
  return leaves;
}
