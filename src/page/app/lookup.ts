import type { Delta } from "../../core/comparison.ts";
import { isLabelDetail, mainMetric, type Scale, scaleOf } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import { countNames } from "../count-names.ts";
import type { PageComparison, PageData, PageRow, PageRun, RowPair } from "../page-data.ts";

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
    run.metrics
      .filter(({ name, value }) => !spreads.has(name) && !isLabelDetail(name) && !(counted.has(name) && value === 0))
      .map(({ name }) => name),
  );
  return [...new Set([...main, ...others])];
}

export function metricOf(run: PageRun | undefined, name: string): Metric | undefined {
  return run?.metrics.find((metric) => metric.name === name);
}

/** What decides a comparison. */
export function primaryDelta({ deltas, primary }: PageComparison): Delta | undefined {
  return deltas.find(({ metric }) => metric === primary) ?? deltas[0];
}

/** How the figures of a comparison are written, its slices too. */
export function deltaScale(comparison: PageComparison): Scale {
  const delta = primaryDelta(comparison);
  return delta === undefined ? "plain" : scaleOf([delta.baseline, delta.candidate]);
}

/** The change of a row's verdict that a reader looks for first: what got worse in any comparison. */
export function flipOf({ pairs }: PageRow): RowPair | undefined {
  return pairs?.find(({ change }) => change === "only_baseline") ?? pairs?.find(({ change }) => change === "only_candidate");
}

/** Did it get worse: in a comparison, or, where nobody compared, from the first run to a later one. */
export function isRegression(data: PageData, row: PageRow): boolean {
  if (data.comparisons.length > 0) return flipOf(row)?.change === "only_baseline";
  const [first, ...others] = row.cells;
  return first?.outcome === "passed" && others.some(({ outcome }) => outcome === "failed");
}

/** Regressions that show in every attempt, and those that show in most; undefined with one attempt each. */
export function flipsByStability(
  data: PageData,
  comparison: PageComparison,
): { readonly stable: number; readonly flaky: number } | undefined {
  const of = data.comparisons.indexOf(comparison);
  const count = (stable: boolean) =>
    new Set(
      data.rows.flatMap(({ eval: name, id, pairs }) =>
        pairs?.some((pair) => pair.of === of && pair.change === "only_baseline" && pair.stable === stable)
          ? [`${name} ${id}`]
          : [],
      ),
    ).size;
  const found = { stable: count(true), flaky: count(false) };
  return found.stable + found.flaky === 0 ? undefined : found;
}
