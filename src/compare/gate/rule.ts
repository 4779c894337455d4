import type { Place } from "../../core/errors.ts";
import { type Expression, leavesOf, type NameNode, type RegressionsNode } from "../expressions/expression.ts";
import { type Comparator, type ExpressionParser, faultIn } from "../expressions/parse-expression.ts";

/** One claim: what is measured stands left. */
export interface Rule {
  /** As it was written; a chain gives several claims of one text. */
  readonly text: string;
  readonly where?: Place | undefined;
  readonly measured: Expression;
  readonly op: Comparator;
  /** Of numbers and margins alone. */
  readonly bound: Expression;
}

/**
 * The claims of a rule such as `delta.accuracy >= -margin` or `0.8 <= accuracy <= 0.95`.
 *
 * @throws FinegaugeError `gate.rule-invalid`
 */
export function readRule(parser: ExpressionParser, text: string, where?: Place): readonly Rule[] {
  const { sides, ops } = parser.comparisons(text, where);
  const fault = faultIn(text, where);
  return ops.map((op, at) => {
    const [left, right] = [sides[at] as Expression, sides[at + 1] as Expression];
    if (!isBound(left) && !isBound(right)) {
      throw fault("measures something on both sides", { hint: "bring everything that is measured to one side: a - b >= 0" });
    }
    if (isBound(left) && isBound(right)) throw fault("measures nothing", { hint: 'name a metric: "accuracy >= 0.9"' });
    return isBound(right)
      ? { text, where, measured: left, op, bound: right }
      : { text, where, measured: right, op: turned[op], bound: left };
  });
}

const turned = { ">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==" } as const;

function isBound(side: Expression): boolean {
  return namesOf(side).every((leaf) => leaf.kind === "name" && isMargin(leaf));
}

export function namesOf(expression: Expression): (NameNode | RegressionsNode)[] {
  return leavesOf<NameNode | RegressionsNode>(expression);
}

export function isMargin({ side, name }: NameNode): boolean {
  return side === "candidate" && (name === "margin" || name.startsWith("margin."));
}

/** Says something about the baseline, so that there has to be one. */
export function needsBaseline({ measured }: Rule): boolean {
  return namesOf(measured).some((leaf) => leaf.kind === "regressions" || leaf.side !== "candidate");
}

/** The texts in `regressions("…")`: their samples must pass. */
export function selectorsOf(rules: readonly Rule[]): string[] {
  const all = rules.flatMap(({ measured }) => namesOf(measured));
  return [...new Set(all.flatMap((leaf) => (leaf.kind === "regressions" && leaf.selector !== undefined ? [leaf.selector] : [])))];
}
