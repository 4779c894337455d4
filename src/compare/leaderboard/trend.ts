import type { TrendStep } from "../../core/leaderboard.ts";
import type { Metric } from "../../core/metric.ts";
import { deltaOf } from "../delta.ts";
import { differencesOf } from "../differs.ts";
import { pairSamples } from "../pair-samples.ts";
import { pairTable } from "../pair-table.ts";
import type { Side } from "../side.ts";
import { withHolm } from "./duels.ts";

/** A run, and the one before it judged by the same scorer and right answers; absent for the first. */
export interface Step {
  readonly side: Side;
  readonly before?: Side | undefined;
}

/** One step of a trend, as soon as both its sides are read; the correction over all steps is still to come. */
export interface OpenStep extends Omit<TrendStep, "change"> {
  readonly change: Omit<NonNullable<TrendStep["change"]>, "p_adjusted"> | null;
}

/** What changed from a run to the next, over the samples of both. */
export function trendStep({ side, before }: Step): OpenStep {
  const { facts, primary } = side;
  const own = { run: facts.run, started: facts.started, status: facts.status, metric: metricOf(side) };
  if (before === undefined) return { ...own, change: null, differs: [] };
  const pairs = pairSamples(before, side);
  const table = pairTable(before, side, pairs, new Set(pairs.changedIdeals));
  const differs = differencesOf(before, side, { ...pairs, changedIdeals: pairs.changedIdeals.length });
  const values = table.values(primary);
  if (values === undefined) return { ...own, change: null, differs };
  const { unit, better } = own.metric;
  const { value, interval, n, p } = deltaOf({ name: primary, unit, better }, values, table.groups?.ids);
  // The same value in every pair is no change, whatever its range.
  const change = value === null ? null : { value, interval, n, p: p ?? 1 };
  return { ...own, change, differs };
}

/** Steps with their p corrected over all of them, so that a long trend does not invent a change. */
export function closeSteps(steps: readonly OpenStep[]): TrendStep[] {
  const corrected = withHolm(steps.map(({ change }) => ({ p: change?.p ?? null })));
  return steps.map((step, at) => ({
    ...step,
    change: step.change && { ...step.change, p_adjusted: corrected[at]?.p_adjusted ?? 1 },
  }));
}

function metricOf({ metrics, primary }: Side): Metric {
  const found = metrics.find(({ name }) => name === primary) ?? metrics[0];
  if (found !== undefined) return found;
  const none = { value: null, se: null, interval: null, groups: null, n: 0, errors: 0, unscored: 0 };
  return { name: primary, ...none, better: "higher", unit: "1", reason: "nothing was scored" };
}
