import type { Metric } from "../../core/metric.ts";
import { type Bounds, clip } from "../../stats/bounds.ts";
import { factsOfName, isOfLabels } from "../score-facts.ts";
import type { Claim } from "./claim.ts";
import { evaluate } from "./evaluate.ts";
import { type Formula, leavesOf, type MeanNode } from "./expression.ts";
import type { Rows } from "./rows.ts";

/** A claim in the shape of a run's metric. */
export function claimedMetric(name: string, claim: Claim, better: Metric["better"]): Metric {
  const interval = claim.interval(0.95);
  // One side alone: what was paired is a sample's influence and its usual value.
  const method = interval?.method.replace(/^paired/, "delta") ?? "";
  return {
    name,
    value: Number.isFinite(claim.value) ? claim.value : null,
    se: claim.se,
    interval: interval && { ...(isOfLabels(name) ? clip(interval, 0, 1) : ends(interval)), level: 0.95, sides: 2, method },
    n: claim.n,
    groups: claim.groups,
    errors: 0,
    unscored: 0,
    better,
    unit: factsOfName(name)?.unit ?? "1",
    ...(claim.reason !== undefined && { reason: claim.reason }),
  };
}

function ends({ low, high }: Bounds): Bounds {
  return { low, high };
}

/** Which way is better: as the name says, else the way in which every part that moves the value is better. */
export function betterOf(
  name: string,
  formula: Formula,
  rows: Rows,
  betterOfMetric: (metric: string) => Metric["better"],
): Metric["better"] {
  const facts = factsOfName(name);
  if (facts !== undefined) return facts.better;
  const means = leavesOf<MeanNode>(formula);
  const at = means.map(({ side, metric }) => meanOf(rows.values(side, metric)?.values ?? new Float64Array(0)));
  const { gradient } = evaluate(formula, (node) => means.findIndex(({ metric }) => metric === node.metric), at);
  const directions = new Set<Metric["better"]>();
  for (const [leaf, { metric }] of means.entries()) {
    const slope = gradient[leaf] as number;
    if (slope === 0) continue;
    const own = betterOfMetric(metric);
    directions.add(own === null || Number.isNaN(slope) ? null : (own === "higher") === slope > 0 ? "higher" : "lower");
  }
  const [only] = directions;
  return directions.size === 1 ? (only ?? null) : null;
}

function meanOf(values: Float64Array): number {
  let [sum, n] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    n++;
  }
  return sum / n;
}
