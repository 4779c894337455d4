import type { Metric } from "../core/metric.ts";

/** What a run is judged by: accuracy, else its first metric. */
export function primaryMetric(metrics: readonly Metric[]): Metric | undefined {
  return metrics.find(({ name }) => name === "accuracy") ?? metrics[0];
}
