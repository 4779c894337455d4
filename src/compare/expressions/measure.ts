import { pairedDifference } from "../../stats/paired-difference.ts";
import type { Box } from "./box-claim.ts";
import { type Claim, exponential, magnitude, nothingKnown, shifted } from "./claim.ts";
import { deltaMethod } from "./delta-method.ts";
import { evaluate } from "./evaluate.ts";
import { type Formula, leavesOf, type MeanNode, numberNode, operation } from "./expression.ts";
import { type LinearForm, linearForm } from "./linear-form.ts";
import { meanClaim } from "./mean-claim.ts";
import { partNode, partsOf } from "./parts.ts";
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
  const [inner] = formula.kind === "call" ? formula.args : [];
  if (inner !== undefined && formula.kind === "call" && formula.fn === "exp") {
    // Rising all the way, so the ends of the exponent's interval are its own, and none of them is below 0.
    const { claim, holes: missing } = measure(inner, rows, holes);
    return { claim: exponential(claim), holes: missing };
  }
  if (inner !== undefined && formula.kind === "call" && formula.fn === "abs") return sizeOfInner(inner, rows, holes);
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
    return linear === undefined ? bentClaim() : linearClaim(linear);
  }

  function bentClaim(): Claim {
    const ofLabels = nodes.some(({ metric }) => metric.startsWith("#"));
    const open = (): Box => {
      const { outer, forms } = partsOf(formula, leafOf, nodes.length);
      return { outer, claims: forms.map(linearClaim), ofLabels };
    };
    return deltaMethod(picked, groups, (means) => evaluate(formula, leafOf, means), { mayBend: !ofLabels, open });
  }

  function linearClaim(form: LinearForm): Claim {
    const simple = simpleClaim(form);
    if (simple !== undefined) return simple;
    const { constant, factors } = form;
    const value = (means: ArrayLike<number>) =>
      factors.reduce((sum, factor, leaf) => (factor === 0 ? sum : sum + factor * (means[leaf] as number)), constant);
    const open = (): Box => {
      const used = [...factors.keys()].filter((leaf) => factors[leaf] !== 0);
      const terms = used.map((leaf, part) => operation("*", numberNode(factors[leaf] as number), partNode(part)));
      const outer = terms.reduce<Formula>((sum, term) => operation("+", sum, term), numberNode(constant));
      return { outer, claims: used.map(meanOf), ofLabels: false };
    };
    return deltaMethod(picked, groups, (means) => ({ value: value(means), gradient: factors }), { mayBend: false, open });
  }

  function meanOf(leaf: number): Claim | null {
    const { unitRange } = picked[leaf] as (typeof picked)[number];
    return meanClaim({ ...insideOf(leaf), unitRange });
  }

  /** A single mean, or the difference of one metric between the sides. */
  function simpleClaim({ constant, factors }: LinearForm): Claim | undefined {
    const used = [...factors.keys()].filter((leaf) => factors[leaf] !== 0);
    const [one = 0, other] = used;
    const factor = factors[one] as number;
    if (used.length === 1) {
      const claim = meanOf(one);
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

/** Of missing scores those are the worst that bring the number furthest from 0, or nearest to it, whichever sign it has. */
function sizeOfInner(inner: Formula, rows: Rows, holes: Holes): Measured {
  const left = measure(inner, rows, "left-out");
  if (holes === "left-out" || left.holes === 0) return { claim: magnitude(left.claim), holes: left.holes };
  const ends = [measure(inner, rows, "lower").claim, measure(inner, rows, "higher").claim];
  ends.sort((a, b) => Math.abs(a.value) - Math.abs(b.value));
  return { claim: magnitude(ends[holes === "higher" ? 1 : 0] as Claim), holes: left.holes };
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
