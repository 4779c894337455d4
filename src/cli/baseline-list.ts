import { exitCodes, messageOf } from "../core/errors.ts";
import { mainMetric } from "../core/figures.ts";
import { type ListedBaseline, listBaselines, openBaseline } from "../runs/index.ts";
import type { CommonOptions } from "./context.ts";
import { metricCells } from "./metric-cells.ts";
import { evalGlob } from "./name-glob.ts";
import { near } from "./near.ts";
import { note } from "./progress.ts";
import { readSettings } from "./settings.ts";
import { oneLine, table } from "./table.ts";

export interface BaselineOptions extends CommonOptions {
  readonly baselines?: string;
  /** Names or globs, several with commas. */
  readonly eval?: readonly string[];
}

/** `finegauge baseline list`, and `finegauge list baselines`. */
export async function listBaselineFiles(options: BaselineOptions): Promise<void> {
  const { baselines: folder } = await readSettings(options);
  let broken = 0;
  const all = listBaselines(folder, (file, error) => {
    broken++;
    note(`${near(file)}: ${messageOf(error)}`, {});
  });
  const sound: ListedBaseline[] = [];
  for (const one of all) {
    const error = await damageOf(one.file);
    if (error === undefined) sound.push(one);
    else {
      broken++;
      note(`${near(one.file)}: ${messageOf(error)}`, {});
    }
  }
  if (broken > 0) process.exitCode = exitCodes["run.corrupt"];
  const globs = (options.eval ?? []).flatMap((list) => list.split(",")).map(evalGlob);
  const found = sound.filter(({ run }) => globs.length === 0 || globs.some((fits) => fits(run.eval)));
  const rows = found.map(rowOf);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  if (rows.length === 0) note(`no baselines in ${folder}; finegauge baseline set <name> <model> makes them`, options);
  const cells = rows.map(({ name, eval: evalName, model, started, metric }) => [
    { text: oneLine(name, 100) },
    { text: oneLine(evalName, 200) },
    { text: oneLine(model, 200) },
    { text: oneLine(started.slice(0, 16).replace("T", " "), 16) },
    ...metricCells(metric),
  ]);
  if (cells.length > 0) process.stdout.write(`${table(cells).join("\n")}\n`);
}

/** Reads every line: a file that was edited must not look like one that was written. */
async function damageOf(file: string): Promise<unknown> {
  try {
    for await (const _ of openBaseline(file).samples());
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What a list tells of a baseline. */
function rowOf({ file, name, run, end }: ListedBaseline) {
  return {
    name,
    eval: run.eval,
    model: run.completion_fn,
    started: run.started,
    run: run.id,
    metric: mainMetric(end.metrics),
    samples: run.data.selected,
    attempts: run.attempts,
    replies: run.inputs,
    file,
  };
}
