import { mainMetric, type Scale } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import type { PageData, PageRun } from "../page-data.ts";
import { modelsGoDown, mostSeries } from "./layout.ts";
import { metricOf, runAt } from "./lookup.ts";

/** Points with intervals, in rows. */
export interface ChartData {
  readonly metric: string;
  readonly scale: Scale;
  readonly rows: readonly string[];
  /** What has a colour of its own; a single nameless one where nothing needs to be told apart. */
  readonly series: readonly string[];
  readonly points: readonly ChartPoint[];
}

interface ChartPoint {
  readonly row: number;
  readonly series: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const mostSlices = 24;

/** One run: the whole and its slices. Several: evals against models, lying as the table does. */
export function chartOf(data: PageData, name: string, scale: Scale): ChartData {
  const [only] = data.runs;
  if (data.runs.length === 1 && only !== undefined) return ofOneRun(only, scale);
  const evals = data.evals.map((one) => one.name);
  const down = modelsGoDown(data);
  const [rows, across] = down ? [data.columns, evals] : [evals, data.columns];
  const metricAt = (row: number, series: number) => metricOf(down ? runAt(data, series, row) : runAt(data, row, series), name);
  if (across.length > mostSeries) {
    const all = rows.flatMap((label, row) =>
      across.map((other, series) => ({ label: `${other} · ${label}`, metric: metricAt(row, series) })),
    );
    const shown = all.filter(({ metric }) => metric !== undefined);
    return {
      metric: name,
      scale,
      rows: shown.map(({ label }) => label),
      series: [""],
      points: shown.flatMap(({ metric }, row) => pointOf(metric, row, 0)),
    };
  }
  return {
    metric: name,
    scale,
    rows,
    series: across.length === 1 ? [""] : across,
    points: rows.flatMap((_, row) => across.flatMap((_, series) => pointOf(metricAt(row, series), row, series))),
  };
}

function ofOneRun(run: PageRun, scale: Scale): ChartData {
  const main = mainMetric(run.metrics);
  const slices = run.slices
    .flatMap(({ values }) => values)
    .filter(({ metric }) => metric.name === main?.name)
    .slice(0, mostSlices);
  const all = [{ value: "all samples", metric: main }, ...slices];
  return {
    metric: main?.name ?? "",
    scale,
    rows: all.map(({ value }) => value),
    series: [""],
    points: all.flatMap(({ metric }, row) => pointOf(metric, row, 0)),
  };
}

function pointOf(metric: Metric | undefined, row: number, series: number): readonly ChartPoint[] {
  if (metric === undefined || metric.value === null) return [];
  const { low, high } = metric.interval ?? { low: metric.value, high: metric.value };
  return [{ row, series, value: metric.value, low, high, n: metric.n }];
}

/** The ends of the axis: shares in steps of ten per cent and at least twenty wide, other numbers with some air. */
export function axisOf({ points, scale }: Pick<ChartData, "points" | "scale">): { readonly min: number; readonly max: number } {
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  if (scale !== "percent") {
    const air = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1;
    return { min: low >= 0 ? Math.max(0, low - air) : low - air, max: high + air };
  }
  // A bound that lies on a step leaves dust such as 0.30000000000000004 behind.
  const min = Math.max(0, Math.floor(low * 10 + 1e-9));
  const max = Math.min(10, Math.ceil(high * 10 - 1e-9));
  if (max - min >= 2) return { min: min / 10, max: max / 10 };
  return max >= 2 ? { min: (max - 2) / 10, max: max / 10 } : { min: 0, max: 0.2 };
}
