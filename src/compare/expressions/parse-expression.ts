import type { MathNode } from "mathjs";
import { FinegaugeError, messageOf, type Place } from "../../core/errors.ts";
import { nearestNames } from "../../core/nearest.ts";
import {
  type Expression,
  type FunctionName,
  functionNames,
  type NamedSide,
  type NameNode,
  numberNode,
  type Operator,
  operation,
} from "./expression.ts";

export type Comparator = ">=" | ">" | "<=" | "<" | "==";

/** `a op b`, or a chain of them: one expression more than there are comparators. */
interface Comparisons {
  readonly sides: readonly Expression[];
  readonly ops: readonly Comparator[];
}

/** Reads expressions and rules; they are somebody's text and are never run as a program. */
export interface ExpressionParser {
  /**
   * @param where of the text's first character
   * @throws FinegaugeError `gate.rule-invalid`
   */
  expression(text: string, where?: Place): Expression;
  /** @throws FinegaugeError `gate.rule-invalid` */
  comparisons(text: string, where?: Place): Comparisons;
}

/** Longer or deeper is nobody's rule. */
const mostCharacters = 500;
const mostDepth = 40;

const sides: ReadonlySet<string> = new Set<NamedSide>(["candidate", "baseline", "delta"]);
const comparators: { readonly [fn: string]: Comparator } = {
  largerEq: ">=",
  larger: ">",
  smallerEq: "<=",
  smaller: "<",
  equal: "==",
};
const operators: ReadonlySet<string> = new Set<Operator>(["+", "-", "*", "/", "^"]);

let loading: Promise<ExpressionParser> | undefined;

/** Loads mathjs, which takes a quarter of a second: only where there is an expression to read. */
export function openExpressions(): Promise<ExpressionParser> {
  // Of mathjs the grammar alone is used: its nodes are read, and nothing of it ever evaluates one.
  loading ??= import("mathjs/number").then(({ parse }) => parserWith((text) => parse(text)));
  return loading;
}

function parserWith(parse: (text: string) => MathNode): ExpressionParser {
  function tree(text: string, where: Place | undefined): { root: Node; fault: Fault } {
    const fault = faultIn(text, where);
    if (text.length > mostCharacters) throw fault(`is longer than ${mostCharacters} characters`);
    if (text.trim() === "") throw fault("is empty");
    try {
      return { root: parse(text) as Node, fault };
    } catch (error) {
      // mathjs says `… (char 5)`; a text of nothing but brackets ends its stack.
      const at = (error as { char?: unknown }).char;
      const said = error instanceof RangeError ? "it is nested too deeply" : messageOf(error).replace(/ \(char \d+\)$/, "");
      throw fault(`cannot be read: ${said}`, { at: typeof at === "number" ? at - 1 : 0 });
    }
  }

  return {
    expression(text, where) {
      const { root, fault } = tree(text, where);
      return convert(root, fault);
    },
    comparisons(text, where) {
      const { root, fault } = tree(text, where);
      const found = comparisonOf(unwrapped(root));
      if (found === undefined) {
        throw fault("is no comparison", {
          hint: 'write <expression> <op> <bound>, such as "accuracy >= 0.9"; op is one of >= > <= < ==',
        });
      }
      return { sides: found.sides.map((side) => convert(side, fault)), ops: found.ops.map((op) => comparatorOf(op, fault)) };
    },
  };
}

type Fault = (
  message: string,
  more?: { at?: number; name?: string; nearest?: readonly string[]; hint?: string },
) => FinegaugeError;

/** Says what is wrong with a text, and where in it. */
export function faultIn(text: string, where: Place | undefined): Fault {
  return (message, { at, name, nearest, hint } = {}) => {
    const offset = at ?? (name === undefined ? 0 : offsetOf(name, text));
    const place = where === undefined ? { file: "rule", line: 1, column: 1 } : where;
    const column = place.column === undefined ? undefined : place.column + Math.max(0, offset);
    const shown = text.length > 120 ? `${text.slice(0, 119)}…` : text;
    return new FinegaugeError("gate.rule-invalid", `"${shown}" ${message}`, { where: { ...place, column }, nearest, hint });
  };
}

/** Where a name stands as a whole word; 0 where it does not. */
function offsetOf(name: string, text: string): number {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return Math.max(0, text.search(new RegExp(`(?<!\\w)${escaped}(?!\\w)`)));
}

/** What is read of mathjs's nodes, whose declared types leave out what they have. */
type Node = MathNode & {
  readonly op?: string;
  readonly fn?: string | Node;
  readonly args?: readonly Node[];
  readonly implicit?: boolean;
  readonly isPercentage?: boolean;
  readonly name?: string;
  readonly value?: unknown;
  readonly content?: Node;
  readonly object?: Node;
  readonly index?: { readonly dimensions: readonly Node[]; readonly dotNotation: boolean };
  readonly conditionals?: readonly string[];
  readonly params?: readonly Node[];
};

function unwrapped(node: Node): Node {
  let inner = node;
  while (inner.type === "ParenthesisNode" && inner.content !== undefined) inner = inner.content;
  return inner;
}

function comparisonOf({ type, fn, args, conditionals, params }: Node) {
  if (type === "RelationalNode") return { sides: params ?? [], ops: conditionals ?? [] };
  const isComparison = type === "OperatorNode" && typeof fn === "string" && (Object.hasOwn(comparators, fn) || fn === "unequal");
  return isComparison ? { sides: args ?? [], ops: [fn] } : undefined;
}

function comparatorOf(fn: string, fault: Fault): Comparator {
  const op = comparators[fn];
  if (op === undefined) throw fault("has an operator that is no claim", { hint: "one of >= > <= < ==" });
  return op;
}

function convert(root: Node, fault: Fault): Expression {
  return from(root, 0, true);

  /** @param whole nothing but signs and brackets stand around it: there a percentage is a hundredth, and nothing else */
  function from(node: Node, depth: number, whole: boolean): Expression {
    if (depth > mostDepth) throw fault("is nested too deeply");
    const inner = (one: Node) => from(one, depth + 1, false);
    switch (node.type) {
      case "ParenthesisNode":
        return from(node.content as Node, depth + 1, whole);
      case "ConstantNode":
        if (typeof node.value !== "number" || !Number.isFinite(node.value))
          throw fault(`has ${String(node.value)} where a number belongs`);
        return numberNode(node.value);
      case "SymbolNode":
      case "AccessorNode":
        return nameFrom(node, fault);
      case "FunctionNode":
        return call(node, inner);
      case "OperatorNode": {
        const { op = "", args = [] } = node;
        const [left, right] = args;
        if (node.implicit) throw fault("has two things side by side", { hint: 'write * between them: "2 * accuracy"' });
        if (node.isPercentage && !whole)
          throw fault("has a percentage inside an expression", { hint: "write 0.05 instead of 5%" });
        if (right === undefined && left !== undefined && (op === "-" || op === "+")) {
          const operand = from(left, depth + 1, whole);
          if (op === "+") return operand;
          return operand.kind === "number" ? numberNode(-operand.value) : operation("-", numberNode(0), operand);
        }
        if (left === undefined || right === undefined || !operators.has(op))
          throw fault(`has the operator "${op}"`, { hint: "there are + - * / ^" });
        return operation(op as Operator, inner(left), inner(right));
      }
      default:
        throw fault(`has ${kindOf(node)}, which no rule can have`);
    }
  }

  function call({ fn, args = [] }: Node, inner: (node: Node) => Expression): Expression {
    // `anything.sqrt(…)` is the call of something else.
    const name = typeof fn === "object" && fn.type === "SymbolNode" ? (fn.name ?? "") : "a part of something";
    if (name === "regressions") return regressions(args);
    if (!(functionNames as readonly string[]).includes(name)) {
      const nearest = nearestNames(name, [...functionNames, "regressions"]);
      throw fault(`calls "${name}"`, { name, nearest, hint: `functions: ${functionNames.join(", ")}, regressions` });
    }
    const several = name === "min" || name === "max";
    if (several ? args.length < 2 : args.length !== 1) throw fault(`calls ${name} with ${args.length} arguments`, { name });
    return { kind: "call", fn: name as FunctionName, args: args.map(inner) };
  }

  function regressions(args: readonly Node[]): Expression {
    const [selector, ...more] = args;
    if (selector === undefined) return { kind: "regressions" };
    if (more.length > 0 || typeof selector.value !== "string" || selector.value.trim() === "") {
      throw fault("calls regressions with something other than one text", {
        name: "regressions",
        hint: 'a tag or path=value: regressions("must-pass"), regressions("metadata.severity=high")',
      });
    }
    return { kind: "regressions", selector: selector.value };
  }
}

/** `accuracy`, `delta.accuracy`, `latency.p50`, `baseline["tone-check"]`, each perhaps with a slice in brackets. */
function nameFrom(node: Node, fault: Fault): NameNode {
  const parts: { text: string; dotted: boolean }[] = [];
  let at: Node | undefined = node;
  for (; at?.type === "AccessorNode"; at = at.object) {
    const [only, ...more] = at.index?.dimensions ?? [];
    if (only === undefined || more.length > 0 || typeof only.value !== "string") {
      throw fault("has brackets around something other than one text", {
        hint: 'a slice is written accuracy["metadata.label=disk"]',
      });
    }
    parts.unshift({ text: only.value, dotted: at.index?.dotNotation === true });
  }
  if (at?.type !== "SymbolNode" || at.name === undefined) throw fault("has something other than a name before a dot or bracket");
  const path = [{ text: at.name, dotted: true }, ...parts];
  const side = path.length > 1 && sides.has(at.name) ? (at.name as NamedSide) : undefined;
  if (side !== undefined) path.shift();
  const last = path[path.length - 1];
  // The brackets right after a side hold a name; any later ones, a slice.
  const slice = path.length > 1 && last?.dotted === false ? path.pop()?.text : undefined;
  if (path.slice(1).some(({ dotted }) => !dotted)) throw fault("has brackets inside a name");
  return {
    kind: "name",
    side: side ?? "candidate",
    name: path.map(({ text }) => text).join("."),
    ...(slice !== undefined && { slice }),
  };
}

function kindOf({ type }: Node): string {
  const kinds: { readonly [type: string]: string } = {
    AssignmentNode: "an assignment (equality is ==)",
    FunctionAssignmentNode: "a definition",
    BlockNode: "several statements",
    ConditionalNode: "a condition",
    RelationalNode: "a comparison inside an expression",
    ArrayNode: "a list",
    ObjectNode: "an object",
    RangeNode: "a range",
  };
  return kinds[type] ?? "something";
}
