import { statSync } from "node:fs";
import { styleText } from "node:util";
import { moment } from "../core/figures.ts";
import { openBaseline, type StoredBaseline } from "../runs/index.ts";
import type { BaselineOptions } from "./baseline-list.ts";
import { findSides } from "./find-sides.ts";
import { metricCells } from "./metric-cells.ts";
import { near } from "./near.ts";
import { dollars, duration, short } from "./numbers.ts";
import { readSettings } from "./settings.ts";
import { oneLine, table } from "./table.ts";

/** What a baseline says of its run, eval by eval. Reads every line, so that a damaged one is found. */
export async function showBaseline(name: string, options: BaselineOptions): Promise<void> {
  const { out, baselines } = await readSettings(options);
  const sides = await findSides(`baseline:${name}`, { out, baselines, evals: options.eval });
  const found: Shown[] = [];
  for (const { file } of sides) found.push(await shownOf(openBaseline(file)));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(found.map(asJson), null, 2)}\n`);
    return;
  }
  process.stdout.write(`${found.map((one) => linesOf(one).join("\n")).join("\n\n")}\n`);
}

interface Shown {
  readonly stored: StoredBaseline;
  readonly samples: number;
  readonly bytes: number;
}

async function shownOf(stored: StoredBaseline): Promise<Shown> {
  let samples = 0;
  for await (const { index } of stored.samples()) samples = Math.max(samples, index + 1);
  return { stored, samples, bytes: statSync(stored.file).size };
}

function asJson({ stored: { name, file, run, end, facts }, samples, bytes }: Shown) {
  const { counts, metrics, served, usage, cost } = end;
  const { type, format, id, inputs, ...told } = run;
  return {
    name,
    file,
    bytes,
    samples,
    replies: inputs,
    run: { id, ...told },
    counts,
    metrics,
    served,
    usage,
    cost,
    latency: facts.latency,
  };
}

function linesOf({ stored: { name, file, run, end, facts }, samples, bytes }: Shown): string[] {
  const { model } = run.model;
  const { latency } = facts;
  const { cost, usage } = end;
  const told: readonly (readonly [string, string | undefined])[] = [
    ["model", model === run.completion_fn ? model : `${run.completion_fn} (${model})`],
    ["run", `${run.id}, ${moment(run.started)}, ${run.tool}`],
    ["samples", `${samples}${run.attempts > 1 ? `, ${run.attempts} attempts each` : ""}`],
    ["sampling", JSON.stringify(run.sampling)],
    ["tokens", `${short(usage.model.input)} in, ${short(usage.model.output)} out`],
    ["cost", cost.model === undefined ? undefined : dollars(cost.model)],
    ["latency", latency == null ? undefined : `${duration(latency.p50)} median, ${duration(latency.p95)} in 95 %`],
    ["file", `${near(file)}, ${short(bytes)} bytes, ${run.inputs ? "with" : "without"} replies`],
  ];
  const shown = end.metrics.filter(({ value, better }) => value !== null && better !== null);
  return [
    styleText("bold", oneLine(`${name}  ${run.eval}`, 200), { stream: process.stdout }),
    ...table(
      told.flatMap(([key, value]) => (value === undefined ? [] : [[{ text: `  ${key}` }, { text: oneLine(value, 200) }]])),
    ),
    ...table(shown.map((metric) => [{ text: `  ${oneLine(metric.name, 60)}` }, ...metricCells(metric)])),
  ];
}
