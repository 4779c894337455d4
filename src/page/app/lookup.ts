import type { Metric } from "../../core/metric.ts";
import { mainMetric } from "../format.ts";
import type { PageData, PageRun } from "../page-data.ts";

/** The run of an eval in a column. */
export function runAt(data: PageData, evalIndex: number, column: number): PageRun | undefined {
  return data.runs.find((run) => run.eval === evalIndex && run.column === column);
}

export function columnOf(data: PageData, run: PageRun): string {
  return data.columns[run.column] ?? "";
}

export function evalOf(data: PageData, run: PageRun): string {
  return data.evals[run.eval]?.name ?? "";
}

/** The names of all metrics, the main one first. */
export function metricNames(data: PageData): readonly string[] {
  const main = data.runs.map((run) => mainMetric(run.metrics)?.name).filter((name) => name !== undefined);
  return [...new Set([...main, ...data.runs.flatMap((run) => run.metrics.map((metric) => metric.name))])];
}

export function metricOf(run: PageRun | undefined, name: string): Metric | undefined {
  return run?.metrics.find((metric) => metric.name === name);
}
