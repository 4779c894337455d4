import { mainMetric } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import { countNames } from "../count-names.ts";
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

const counted: ReadonlySet<string> = new Set(countNames.map(([name]) => name));
// Upstream's spread of accuracy, in its two spellings: the interval says the same, better.
const spreads: ReadonlySet<string> = new Set(["bootstrap_std", "boostrap_std"]);

/** The names of the metrics worth a look, the main one first: a share of errors is one only where there are any. */
export function metricNames({ runs }: PageData): readonly string[] {
  const main = runs.map((run) => mainMetric(run.metrics)?.name).filter((name) => name !== undefined);
  const others = runs.flatMap((run) =>
    run.metrics.filter(({ name, value }) => !spreads.has(name) && !(counted.has(name) && value === 0)).map(({ name }) => name),
  );
  return [...new Set([...main, ...others])];
}

export function metricOf(run: PageRun | undefined, name: string): Metric | undefined {
  return run?.metrics.find((metric) => metric.name === name);
}
