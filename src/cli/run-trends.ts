import { styleText } from "node:util";
import { mainMetric, naturalCount, whole } from "../core/figures.ts";
import type { Metric } from "../core/metric.ts";
import { runStatus } from "../core/run-status.ts";
import type { ListedRun } from "../runs/index.ts";
import { metricCells } from "./metric-cells.ts";
import { oneLine, table } from "./table.ts";

/** Complete runs of one eval over time. */
export interface Trend {
  readonly eval: string;
  /** undefined: of several models. */
  readonly model: string | undefined;
  /** Oldest first. */
  readonly runs: readonly TrendRun[];
}

interface TrendRun {
  readonly id: string;
  readonly started: string;
  readonly model: string;
  readonly metric: Metric | undefined;
  /**
   * How many more were right than in the run before: a count, and no claim about chance. undefined for the first, and where the two
   * asked other samples or are not counted in samples.
   */
  readonly more?: number;
  readonly file: string;
}

/**
 * @param runs newest first
 * @param byModel one trend for each model, or one for all of them: versions of a model that have names of their own
 * @param last runs of each trend, the newest
 */
export function trendsOf(
  runs: readonly ListedRun[],
  { byModel, last }: { byModel: boolean; last?: number | undefined },
): Trend[] {
  const by = new Map<string, ListedRun[]>();
  for (const one of runs) {
    if (runStatus(one.run, one.end) !== "complete") continue;
    const key = JSON.stringify([one.run.eval, byModel ? one.run.completion_fn : ""]);
    by.set(key, [...(by.get(key) ?? []), one]);
  }
  const trends = [...by.values()].map((same): Trend => {
    const kept = same.slice(0, last).reverse();
    const { run } = kept[0] as ListedRun;
    const models = new Set(kept.map((one) => one.run.completion_fn));
    return {
      eval: run.eval,
      model: models.size === 1 ? run.completion_fn : undefined,
      runs: kept.map((one, at) => step(one, kept[at - 1])),
    };
  });
  return trends.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ eval: name, model = "" }: Trend): string {
  return `${name}\n${model}`;
}

function step({ run, end, file }: ListedRun, before: ListedRun | undefined): TrendRun {
  const metric = mainMetric(end?.metrics ?? []);
  const more =
    before === undefined || !isAlike(run.data, before.run.data)
      ? undefined
      : moreRight(metric, mainMetric(before.end?.metrics ?? []));
  return { id: run.id, started: run.started, model: run.completion_fn, metric, ...(more !== undefined && { more }), file };
}

/** The same samples of the same data. */
function isAlike(a: ListedRun["run"]["data"], b: ListedRun["run"]["data"]): boolean {
  if (a.hash !== b.hash || a.selected !== b.selected) return false;
  return a.selected >= a.samples || (a.order === b.order && a.seed === b.seed);
}

function moreRight(now: Metric | undefined, before: Metric | undefined): number | undefined {
  if (now === undefined || before === undefined || now.name !== before.name || now.n !== before.n) return undefined;
  const [a, b] = [naturalCount(now), naturalCount(before)];
  return a === undefined || b === undefined ? undefined : a.right - b.right;
}

export function trendLines(trends: readonly Trend[]): string[] {
  return trends.flatMap((trend, at) => [
    ...(at === 0 ? [] : [""]),
    styleText("bold", oneLine([trend.eval, trend.model].filter(Boolean).join(" on "), 200), { stream: process.stdout }),
    ...table(
      trend.runs.map(({ started, model, metric, more }, nth) => [
        { text: `  ${oneLine(started.slice(0, 16).replace("T", " "), 16)}` },
        ...(trend.model === undefined ? [{ text: oneLine(model, 200) }] : []),
        ...metricCells(metric),
        { text: nth === 0 ? "" : saidOf(more), right: true },
      ]),
    ),
  ]);
}

function saidOf(more: number | undefined): string {
  if (more === undefined) return "other samples";
  return more === 0 ? "as many right" : `${whole(Math.abs(more))} ${more > 0 ? "more" : "fewer"} right`;
}
