import type { Bounds } from "../../stats/bounds.ts";
import type { NameNode, RegressionsNode } from "../expressions/expression.ts";
import { anything, rangeOf } from "../expressions/range.ts";
import { countedFlags } from "../reply-flags.ts";
import { isOfLabels } from "../score-facts.ts";
import type { GateCase } from "./gate-case.ts";
import { isMargin, type Rule } from "./rule.ts";

const shares: ReadonlySet<string> = new Set([...countedFlags, "unscored", "leak_share"]);

/** Can a metric of this name not leave 0 to 1, on that side. */
export function isShare(
  { candidate, compared }: Pick<GateCase, "candidate" | "compared">,
  name: string,
  side: "candidate" | "baseline" = "candidate",
): boolean {
  const column = (side === "candidate" ? candidate : compared?.table.baseline)?.columns.get(name);
  return column?.unitRange === true || (column === undefined && (isOfLabels(name) || shares.has(name)));
}

/**
 * What the measured side of a rule can be at all, whatever the replies: shares lie between 0 and 1, and a difference of two between -1
 * and 1.
 *
 * @param marginOf value of a margin that stands on the measured side
 */
export function possibleValues(one: GateCase, { measured }: Rule, marginOf: (name: string) => number): Bounds {
  const known = new Map<string, Bounds>();

  function ofLeaf(leaf: NameNode | RegressionsNode): Bounds {
    if (leaf.kind === "regressions") return anything;
    if (isMargin(leaf)) return { low: marginOf(leaf.name), high: marginOf(leaf.name) };
    if (leaf.side !== "delta") return ofSide(leaf.name, leaf.side);
    const [now, before] = [ofSide(leaf.name, "candidate"), ofSide(leaf.name, "baseline")];
    return { low: now.low - before.high, high: now.high - before.low };
  }

  function ofSide(name: string, side: "candidate" | "baseline"): Bounds {
    if (isShare(one, name, side)) return { low: 0, high: 1 };
    const made = one.candidate.columns.has(name) ? undefined : one.expressions.get(name);
    if (made === undefined) return anything;
    const key = `${side} ${name}`;
    const found = known.get(key) ?? rangeOf(made, (leaf) => (leaf.kind === "regressions" ? anything : ofSide(leaf.name, side)));
    known.set(key, found);
    return found;
  }

  return rangeOf(measured, ofLeaf);
}
