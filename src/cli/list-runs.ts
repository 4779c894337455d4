import { styleText } from "node:util";
import { exitCodes } from "../core/errors.ts";
import { mainMetric } from "../core/figures.ts";
import { runStatus } from "../core/run-status.ts";
import { type ListedRun, listRuns } from "../runs/index.ts";
import type { CommonOptions } from "./context.ts";
import { metricCells } from "./metric-cells.ts";
import { evalGlob, nameGlob } from "./name-glob.ts";
import { near } from "./near.ts";
import { counted } from "./numbers.ts";
import { note } from "./progress.ts";
import { trendLines, trendsOf } from "./run-trends.ts";
import { readSettings } from "./settings.ts";
import { oneLine, table } from "./table.ts";

export interface ListRunsOptions extends CommonOptions {
  /** Names or globs, several with commas. */
  readonly model?: readonly string[];
  readonly eval?: readonly string[];
  /** So many of the newest; of each trend. */
  readonly last?: number;
  readonly trend?: boolean;
}

/** `finegauge list runs`: newest first, or over time. */
export async function listAllRuns(options: ListRunsOptions): Promise<void> {
  const { out } = await readSettings(options);
  let broken = 0;
  const all = listRuns(out, (file, message) => {
    broken++;
    note(`${near(file)}: ${message}`, {});
  });
  if (broken > 0) process.exitCode = exitCodes["run.corrupt"];
  const runs = wantedOf(all, options);
  if (runs.length === 0) {
    const none =
      all.length === 0
        ? `no runs in ${out}; finegauge run <models> <evals> makes one`
        : `none of ${counted(all.length, "run")} fits`;
    note(none, options);
  }
  if (options.trend) {
    const trends = trendsOf(runs, { byModel: options.model === undefined, last: options.last });
    print(trends, () => trendLines(trends), options);
    return;
  }
  const newest = runs.slice(0, options.last);
  print(newest.map(toJson), () => table(newest.map(rowOf)), options);
}

function wantedOf(runs: readonly ListedRun[], { model, eval: evals }: ListRunsOptions): readonly ListedRun[] {
  const models = parts(model).map(nameGlob);
  const names = parts(evals).map(evalGlob);
  const fits = (globs: readonly ((name: string) => boolean)[], name: string) =>
    globs.length === 0 || globs.some((glob) => glob(name));
  return runs.filter(({ run }) => fits(models, run.completion_fn) && fits(names, run.eval));
}

function parts(lists: readonly string[] = []): string[] {
  return lists.flatMap((list) => list.split(",")).flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}

function print(value: unknown, lines: () => readonly string[], options: ListRunsOptions): void {
  if (options.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  else for (const line of lines()) process.stdout.write(`${line}\n`);
}

function statusOf({ run, end, locked }: ListedRun): string {
  const status = runStatus(run, end);
  return status === "unfinished" && locked ? "running" : status;
}

function toJson(listed: ListedRun) {
  const { file, run, end } = listed;
  return {
    id: run.id,
    started: run.started,
    eval: run.eval,
    model: run.completion_fn,
    status: statusOf(listed),
    accuracy: end?.metrics.find(({ name }) => name === "accuracy"),
    samples: run.data.selected,
    file,
  };
}

function rowOf(listed: ListedRun) {
  const { run, end } = listed;
  const status = statusOf(listed);
  const metric = mainMetric(end?.metrics ?? []);
  const [value, interval, n] = metricCells(metric);
  return [
    { text: oneLine(run.id, 40) },
    { text: styleText("dim", oneLine(run.started.slice(0, 16).replace("T", " "), 16), { stream: process.stdout }) },
    { text: oneLine(run.eval, 200) },
    { text: oneLine(run.completion_fn, 200) },
    value,
    interval,
    metric === undefined ? { text: String(run.data.selected), right: true } : n,
    { text: status === "complete" ? "" : status },
  ];
}
