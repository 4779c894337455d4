import { pairedDifference } from "../../stats/paired-difference.ts";
import { type Claim, exponential, nothingKnown, shifted } from "./claim.ts";
import { deltaMethod } from "./delta-method.ts";
import { evaluate } from "./evaluate.ts";
import { type Formula, leavesOf, type MeanNode } from "./expression.ts";
import { type LinearForm, linearForm } from "./linear-form.ts";
import { meanClaim } from "./mean-claim.ts";
import { type Rows, sliceRows } from "./rows.ts";

/** What becomes of samples without a score: left out, or taken as whatever makes the value lower or higher. */
export type Holes = "left-out" | "lower" | "higher";

export interface Measured {
  readonly claim: Claim;
  /** Samples that lack a score somewhere in the formula. */
  readonly holes: number;
}

interface Leaf {
  readonly node: MeanNode;
  readonly values: Float64Array;
  readonly unitRange: boolean;
  readonly inside: Uint8Array | undefined;
}

/**
 * What the samples say about a formula: by the exact or paired method of `stats` where it is a mean or one paired difference, shifted or
 * scaled; by the delta method otherwise. Of `exp(…)` it is what they say about the exponent.
 *
 * @param formula with at least one mean
 */
export function measure(formula: Formula, rows: Rows, holes: Holes = "left-out"): Measured {
  const [power] = formula.kind === "call" && formula.fn === "exp" ? formula.args : [];
  if (power !== undefined) {
    // Rising all the way, so the ends of the exponent's interval are its own, and none of them is below 0.
    const { claim, holes: missing } = measure(power, rows, holes);
    return { claim: exponential(claim), holes: missing };
  }
  const nodes = uniqueMeans(formula);
  const leafOf = (node: MeanNode) => nodes.findIndex((one) => keyOf(one) === keyOf(node));
  const nothing = (reason: string): Measured => ({
    claim: nothingKnown({ n: 0, groups: null, value: Number.NaN, se: null }, reason),
    holes: 0,
  });
  const leaves: Leaf[] = [];
  for (const node of nodes) {
    const found = rows.values(node.side, node.metric);
    if (found === undefined) return nothing(`the ${node.side} has no ${node.metric}`);
    const inside = node.slice === undefined ? undefined : sliceRows(rows, node.slice);
    if (inside !== undefined && "reason" in inside) return nothing(inside.reason);
    leaves.push({ node, ...found, inside });
  }

  const { at, missing } = presentRows(leaves, rows.size);
  const filled = holes !== "left-out" && missing.length > 0;
  const taken = filled ? Uint32Array.from([...at, ...missing]).sort() : at;
  if (taken.length === 0) return nothing("no sample is scored");
  const fills = filled ? worstValues() : [];
  const groups = rows.groups && Uint32Array.from(taken, (row) => (rows.groups as Uint32Array)[row] as number);
  const picked = leaves.map(({ values, unitRange, inside }, leaf) => ({
    values: Float64Array.from(taken, (row) => {
      const value = values[row] as number;
      return Number.isNaN(value) ? (fills[leaf] ?? 0) : value;
    }),
    unitRange,
    inside: inside && Uint8Array.from(taken, (row) => inside[row] as number),
  }));
  return { claim: claimOver(), holes: missing.length };

  function claimOver(): Claim {
    const linear = linearForm(formula, leafOf, nodes.length);
    return (linear && simpleClaim(linear)) ?? deltaMethod(picked, groups, (means) => evaluate(formula, leafOf, means));
  }

  /** A single mean, or the difference of one metric between the sides. */
  function simpleClaim({ constant, factors }: LinearForm): Claim | undefined {
    const used = [...factors.keys()].filter((leaf) => factors[leaf] !== 0);
    const [one = 0, other] = used;
    const factor = factors[one] as number;
    if (used.length === 1) {
      const { unitRange } = picked[one] as (typeof picked)[number];
      const only = insideOf(one);
      const claim = meanClaim({ values: only.values, groups: only.groups, unitRange });
      return claim === null ? undefined : shifted(claim, factor, constant);
    }
    if (used.length !== 2 || other === undefined || !areSides(one, other) || factor !== -(factors[other] as number))
      return undefined;
    const candidateFirst = nodes[one]?.side === "candidate";
    const [candidate, baseline] = candidateFirst ? [one, other] : [other, one];
    const { values, groups: grouped } = insideOf(candidate);
    const unitRange = picked.every((leaf) => leaf.unitRange);
    const found = pairedDifference({ baseline: insideOf(baseline).values, candidate: values, groups: grouped, unitRange });
    return found === null ? undefined : shifted(found, candidateFirst ? factor : -factor, constant);
  }

  function areSides(one: number, other: number): boolean {
    const [a, b] = [nodes[one] as MeanNode, nodes[other] as MeanNode];
    return a.metric === b.metric && a.slice === b.slice && a.side !== b.side;
  }

  function insideOf(leaf: number): { values: Float64Array; groups: Uint32Array | undefined } {
    const { values, inside } = picked[leaf] as (typeof picked)[number];
    if (inside === undefined) return { values, groups };
    return { values: values.filter((_, row) => inside[row] === 1), groups: groups?.filter((_, row) => inside[row] === 1) };
  }

  /** For each leaf the value of a missing score that moves the formula furthest the wrong way. */
  function worstValues(): number[] {
    const means = leaves.map(({ values, inside }) => {
      let [sum, n] = [0, 0];
      for (const row of at) {
        if (inside !== undefined && inside[row] === 0) continue;
        sum += values[row] as number;
        n++;
      }
      return n === 0 ? 0 : sum / n;
    });
    const { gradient } = evaluate(formula, leafOf, means);
    return leaves.map(({ node, values, unitRange }, leaf) => {
      if (unitRange) return (gradient[leaf] as number) > 0 === (holes === "higher") ? 1 : 0;
      const all = [values, rows.values(node.side === "candidate" ? "baseline" : "candidate", node.metric)?.values];
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const side of all)
        for (const value of side ?? []) if (!Number.isNaN(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
      if (low > high) return 0;
      return (gradient[leaf] as number) > 0 === (holes === "higher") ? high : low;
    });
  }
}

/** Rows in which every mean that takes them has a value, and those in which one has not. */
function presentRows(leaves: readonly Leaf[], size: number): { at: Uint32Array; missing: Uint32Array } {
  const at = new Uint32Array(size);
  const missing: number[] = [];
  let n = 0;
  for (let row = 0; row < size; row++) {
    let [taken, hole] = [false, false];
    for (const { values, inside } of leaves) {
      if (inside !== undefined && inside[row] === 0) continue;
      taken = true;
      if (Number.isNaN(values[row] as number)) hole = true;
    }
    if (!taken) continue;
    if (hole) missing.push(row);
    else at[n++] = row;
  }
  return { at: at.subarray(0, n), missing: Uint32Array.from(missing) };
}

function uniqueMeans(formula: Formula): MeanNode[] {
  const byKey = new Map(leavesOf<MeanNode>(formula).map((node) => [keyOf(node), node]));
  return [...byKey.values()];
}

function keyOf({ side, metric, slice }: MeanNode): string {
  return JSON.stringify([side, metric, slice]);
}
