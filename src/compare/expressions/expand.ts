import type { FinegaugeError } from "../../core/errors.ts";
import { nearestNames } from "../../core/nearest.ts";
import {
  type Expression,
  type Formula,
  type MeanNode,
  type NameNode,
  numberNode,
  operation,
  type RegressionsNode,
  replaced,
  sizeOfTree,
} from "./expression.ts";

/** What the names of an expression stand for. */
export interface Vocabulary {
  /** Metrics that are means over samples. */
  readonly metrics: ReadonlySet<string>;
  /** Metrics made of others: the eval's own expressions. */
  readonly expressions: ReadonlyMap<string, Expression>;
  /** Paths by which samples can be sliced. */
  readonly slices: readonly string[];
  /** Names that stand for an exact number, of either side. */
  readonly exact: readonly string[];
  /** The number of such a name; null = not known. */
  exactValue?(side: "candidate" | "baseline", name: string): number | null;
  /** What `margin` and `margin.<metric>` stand for; absent where there are none. */
  margin?(name: string): number;
  /** A count of regressions; absent where it has no meaning. */
  regressions?(selector: string | undefined): number;
  /** An error that says where a name stands. */
  fault(message: string, more: { name?: string; nearest?: readonly string[]; hint?: string }): FinegaugeError;
}

/** Of an expression written out: means of a thousand labels have fewer. */
const mostNodes = 100_000;
const mostDeep = 100;

/**
 * The expression with every name replaced by what it stands for. An exact number that is not known becomes NaN.
 *
 * @throws FinegaugeError `gate.rule-invalid` with the nearest names
 */
export function expand(expression: Expression, vocabulary: Vocabulary): Formula {
  const { metrics, expressions, slices, exact, fault } = vocabulary;
  // Each is read once, however many others use it.
  const known = new Map<string, Formula>();
  const formula = replaced<NameNode | RegressionsNode, MeanNode>(expression, (leaf) => {
    if (leaf.kind === "name") return named(leaf, []);
    if (vocabulary.regressions === undefined) throw fault("counts regressions, which only a rule can", { name: "regressions" });
    return numberNode(vocabulary.regressions(leaf.selector));
  });
  if (sizeOfTree(formula) > mostNodes) {
    throw fault("is made of metrics that use one another until nobody can work it out", {
      hint: `at most ${mostNodes.toLocaleString("en-US")} parts, written out`,
    });
  }
  return formula;

  function named(node: NameNode, inside: readonly string[]): Formula {
    const key = JSON.stringify([node.side, node.name, node.slice]);
    let found = known.get(key);
    if (found === undefined) {
      found = meaningOf(node, inside);
      known.set(key, found);
    }
    return found;
  }

  function meaningOf(node: NameNode, inside: readonly string[]): Formula {
    const { side, name, slice } = node;
    if (side === "delta")
      return operation("-", named({ ...node, side: "candidate" }, inside), named({ ...node, side: "baseline" }, inside));
    if (metrics.has(name))
      return { kind: "mean", side, metric: name, ...(slice !== undefined && { slice: checkedSlice(slice) }) };
    const made = expressions.get(name);
    if (made !== undefined) return replaced<NameNode | RegressionsNode, MeanNode>(made, (leaf) => part(leaf, node, inside));
    if (name === "margin" || name.startsWith("margin.")) {
      if (vocabulary.margin === undefined || side !== "candidate") throw unknown(node);
      return numberNode(vocabulary.margin(name));
    }
    if (!exact.includes(name)) throw unknown(node);
    if (slice !== undefined) throw fault(`slices "${name}", which is counted over the whole run`, { name });
    return numberNode(vocabulary.exactValue?.(side, name) ?? Number.NaN);
  }

  /** A name inside one of the eval's own metrics: of the side, and the slice, that the metric is asked of. */
  function part(leaf: NameNode | RegressionsNode, { side, name, slice }: NameNode, inside: readonly string[]): Formula {
    const within = `the metric "${name}"`;
    if (leaf.kind !== "name") throw fault(`uses ${within}, which counts regressions`, { name });
    if (leaf.side !== "candidate") throw fault(`uses ${within}, which names a side: ${leaf.side}.${leaf.name}`, { name });
    if (inside.includes(leaf.name) || leaf.name === name) throw fault(`uses ${within}, which is made of itself`, { name });
    if (inside.length >= mostDeep) throw fault(`uses ${within}, which is made of others more than ${mostDeep} deep`, { name });
    if (slice !== undefined && leaf.slice !== undefined) throw fault(`slices ${within}, which is sliced already`, { name });
    return named({ ...leaf, side, slice: slice ?? leaf.slice }, [...inside, name]);
  }

  function checkedSlice(slice: string): string {
    const path = slice.includes("=") ? slice.slice(0, slice.indexOf("=")).trim() : "";
    if (slices.includes(path)) return slice;
    const known = slices.length > 0 ? `slices of this eval: ${slices.join(", ")}` : "this eval declares no slices";
    throw fault(`has the slice "${slice}"`, {
      name: slice,
      nearest: nearestNames(path, slices),
      hint: `${known}; write accuracy["path=value"]`,
    });
  }

  function unknown({ name }: NameNode): FinegaugeError {
    // Parts of labels are nobody's to write.
    const named = [...metrics, ...expressions.keys()].filter((one) => !one.startsWith("#"));
    const known = [...named, ...exact];
    const more = vocabulary.margin === undefined ? [] : ["margin"];
    return fault(`has no metric "${name}"`, {
      name,
      nearest: nearestNames(name, [...known, ...more]),
      hint: `metrics: ${named.join(", ")}; counted: ${exact.join(", ")}`,
    });
  }
}
