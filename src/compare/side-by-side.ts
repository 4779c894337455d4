import type { Metric } from "../core/metric.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";

export interface RunSummary {
  readonly run: RunLine;
  readonly status: EndLine["status"] | "unfinished";
  /** The primary one first. */
  readonly metrics: readonly Metric[];
}

export interface Cell {
  /** Id of the run. */
  readonly run: string;
  readonly status: RunSummary["status"];
  /** The primary metric; undefined when the run has none. */
  readonly metric: Metric | undefined;
}

/** Evals down, models across. */
export interface SideBySide {
  readonly models: readonly string[];
  readonly rows: readonly { readonly eval: string; readonly cells: readonly (Cell | undefined)[] }[];
}

/** What a run is judged by: accuracy, else its first metric. */
export function primaryMetric(metrics: readonly Metric[]): Metric | undefined {
  return metrics.find(({ name }) => name === "accuracy") ?? metrics[0];
}

/** One table of many runs, in the order in which evals and models first come; of several runs of a pair, the newest. */
export function sideBySide(runs: readonly RunSummary[]): SideBySide {
  const models = [...new Set(runs.map(({ run }) => run.completion_fn))];
  const evals = [...new Set(runs.map(({ run }) => run.eval))];
  const rows = evals.map((name) => ({
    eval: name,
    cells: models.map((model) => {
      const pair = runs.filter(({ run }) => run.eval === name && run.completion_fn === model);
      const newest = pair.reduce<RunSummary | undefined>((best, one) => (best && isNewer(best, one) ? best : one), undefined);
      return newest && { run: newest.run.id, status: newest.status, metric: primaryMetric(newest.metrics) };
    }),
  }));
  return { models, rows };
}

function isNewer({ run: a }: RunSummary, { run: b }: RunSummary): boolean {
  return a.started === b.started ? a.id > b.id : a.started > b.started;
}
