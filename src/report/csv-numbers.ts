import type { Delta } from "../core/comparison.ts";
import type { Metric } from "../core/metric.ts";
import { csvRow } from "./csv-row.ts";
import type { Report } from "./report.ts";

const runColumns = ["eval", "model", "run", "metric", "slice", "slice_value", "value", "low", "high", "n", "unit"];
const pairColumns = [
  ...["eval", "baseline", "candidate", "metric", "slice", "slice_value", "baseline_value", "candidate_value"],
  ...["change", "low", "high", "n", "p", "p_adjusted", "unit"],
];

/** The numbers alone: one row for each metric of a run, or for each difference, and for its slices. */
export function* csvNumbers({ runs, comparisons = [] }: Report): Iterable<string> {
  yield csvRow(comparisons.length > 0 ? pairColumns : runColumns);
  for (const { comparison } of comparisons) {
    const head = [comparison.eval, comparison.baseline.name, comparison.candidate.name];
    for (const delta of comparison.deltas) yield csvRow([...head, delta.metric, "", "", ...ofDelta(delta)]);
    for (const { path, value, delta } of comparison.slices) {
      yield csvRow([...head, delta.metric, path, value, ...ofDelta(delta)]);
    }
    const { clean, dirty } = comparison.leakage ?? {};
    if (clean !== undefined) yield csvRow([...head, clean.delta.metric, "leakage", "clean", ...ofDelta(clean.delta)]);
    if (dirty !== undefined) yield csvRow([...head, dirty.metric, "leakage", "leaked", ...ofDelta(dirty)]);
  }
  if (comparisons.length > 0) return;
  for (const { run, metrics, slices, leakage } of runs) {
    const head = [run.eval, run.completion_fn, run.id];
    for (const metric of metrics) yield csvRow([...head, metric.name, "", "", ...ofMetric(metric)]);
    for (const { path, values } of slices) {
      for (const { value, metric } of values) yield csvRow([...head, metric.name, path, value, ...ofMetric(metric)]);
    }
    for (const [part, metric] of Object.entries(leakage?.scores ?? {})) {
      yield csvRow([...head, metric.name, "leakage", part, ...ofMetric(metric)]);
    }
  }
}

function ofMetric({ value, interval, n, unit }: Metric): (string | number | null | undefined)[] {
  return [value, interval?.low, interval?.high, n, unit];
}

function ofDelta({
  baseline,
  candidate,
  value,
  interval,
  n,
  p,
  p_adjusted: adjusted,
  unit,
}: Delta): (string | number | null | undefined)[] {
  return [baseline.value, candidate.value, value, interval?.low, interval?.high, n, p, adjusted, unit];
}
