import { changeSize, howMany, type Scale, whole } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import type { Plan, PlanScenario, PlanWay, Spread } from "./plan.ts";
import { scenarioOf, type Wanted } from "./scenario.ts";

export interface PlanFacts extends Wanted {
  readonly eval: string;
  readonly metric: string;
  readonly better: Metric["better"];
  readonly unitRange: boolean;
  /** What was seen first, then what is assumed. */
  readonly spreads: readonly Spread[];
  readonly notes: readonly string[];
}

/**
 * What it takes to see a difference, and what the samples that there are can tell.
 *
 * @param facts with at least one spread
 * @throws RangeError for a difference, margin or power that is none
 */
export function makePlan({ spreads, notes, eval: name, metric, better, unitRange, ...wanted }: PlanFacts): Plan {
  const { delta, power, available, attempts } = wanted;
  if (!(delta > 0 && (!unitRange || delta < 1) && power > 0 && power < 1 && available >= 1)) {
    throw new RangeError(`makePlan: a difference of ${delta} with power ${power} over ${available} samples`);
  }
  const scenarios = spreads.map((spread) => scenarioOf(spread, wanted));
  const base = { eval: name, metric, better, delta, unit_range: unitRange, power, alpha: 0.05, available, scenarios };
  const blind = attempts !== null && attempts > 1 && spreads.every(({ within }) => within === null);
  const said = blind
    ? [
        `what ${attempts} attempts bring is not known: run both models with --attempts ${attempts} on a few samples, and plan again`,
      ]
    : [];
  return { ...base, sentence: sentenceOf(base), notes: [...notes, ...said] };
}

/** A difference in points, or in the unit of the metric. */
export function sizeText(value: number, unitRange: boolean): string {
  return changeSize(value, (unitRange ? "percent" : "plain") satisfies Scale);
}

/** Are there enough samples, first of all; then how many it takes, and what that stands on. */
function sentenceOf({ eval: name, delta, unit_range, available, scenarios }: Omit<Plan, "sentence" | "notes">): string {
  const [first] = scenarios;
  if (first === undefined) return `Nothing is known about ${name} to plan from.`;
  const there = `${howMany(available, "sample")} ${available === 1 ? "is" : "are"}`;
  const size = sizeText(delta, unit_range);
  const seen = `to see ${unit_range ? size : `a difference of ${size}`} on ${name}`;
  const on = flipsText(first.spread);
  const best = first.best === null ? undefined : first.ways[first.best];
  if (best !== undefined) return `${there} enough ${seen}: ${neededText(best)} (${on}).`;
  const nothing = first.present.mde === null ? "; no difference can be seen" : "";
  return `${there} too few ${seen}: ${neededText(fewest(first))}${nothing} (${on}).`;
}

function fewest({ ways }: PlanScenario): PlanWay | undefined {
  return ways.reduce<PlanWay | undefined>((least, way) => (least && least.samples <= way.samples ? least : way), undefined);
}

function neededText(way: PlanWay | undefined): string {
  if (way === undefined) return "how many are needed is not known";
  const attempts = way.attempts === 1 ? "" : ` with ${way.attempts} attempts each`;
  return `${whole(way.samples)} ${way.samples === 1 ? "is" : "are"} needed${attempts}`;
}

function flipsText({ flips, assumed, from }: Spread): string {
  const share = flips === null ? "" : `${(flips * 100).toFixed(1)} % flips, `;
  return `${share}${assumed && flips !== null ? "assumed" : from}`;
}
