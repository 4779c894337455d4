import { changeSize, type Scale, whole } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import type { Plan, PlanScenario, Spread } from "./plan.ts";
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

function sentenceOf({ eval: name, delta, unit_range, power, available, scenarios }: Omit<Plan, "sentence" | "notes">): string {
  const [first] = scenarios;
  if (first === undefined) return `Nothing is known about ${name} to plan from.`;
  const what = `A difference of ${sizeText(delta, unit_range)} on ${name}`;
  const often = `in ${Math.round(power * 100)} of 100 comparisons`;
  const on = flipsText(first.spread);
  const best = first.best === null ? undefined : first.ways[first.best];
  if (best !== undefined) {
    return `${what} is seen ${often} with ${whole(best.samples)} of its ${whole(available)} samples and ${attemptsText(best.attempts)} (${on}).`;
  }
  return `${what} cannot be seen ${often} with the ${whole(available)} samples there are: ${lackText(first, available)} (${on}).`;
}

function lackText({ ways, present }: PlanScenario, available: number): string {
  const fewest = ways.reduce((least, way) => Math.min(least, way.samples), Number.POSITIVE_INFINITY);
  const way = ways.find(({ samples }) => samples === fewest);
  const least = `${whole(fewest)} are needed with ${attemptsText(way?.attempts ?? 1)}, ${whole(fewest - available)} more`;
  return present.mde === null ? `${least}; no difference can be seen` : least;
}

function attemptsText(attempts: number): string {
  return attempts === 1 ? "one attempt each" : `${attempts} attempts each`;
}

function flipsText({ flips, assumed, from }: Spread): string {
  const share = flips === null ? "" : `${(flips * 100).toFixed(1)} % flips, `;
  return `${share}${assumed && flips !== null ? "assumed" : from}`;
}
