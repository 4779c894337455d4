import { relative } from "node:path";
import { styleText } from "node:util";
import { exitCodes, FinegaugeError } from "../core/errors.ts";
import type { EvalCheck, EvalStatus } from "../registry/index.ts";
import { listRuns } from "../runs/index.ts";
import { type CommonOptions, openContext } from "./context.ts";
import { counted, percent, percentRange } from "./numbers.ts";
import { note } from "./progress.ts";
import { readSettings } from "./settings.ts";
import { type Cell, oneLine, table, withoutControls } from "./table.ts";

interface ListOptions extends CommonOptions {
  readonly check?: boolean;
}

const kinds: { readonly [what: string]: (options: ListOptions) => Promise<void> } = {
  evals: (options) => (options.check ? checkEvals(options) : listEvals(options)),
  models: listModels,
  runs: listAllRuns,
};

export async function list(what: string, options: ListOptions): Promise<void> {
  const kind = kinds[what];
  if (kind === undefined) throw new FinegaugeError("cli.usage", `there is no list of ${what}`, { hint: "evals, models or runs" });
  await kind(options);
}

function print(rows: readonly (readonly Cell[])[]): void {
  if (rows.length > 0) process.stdout.write(`${table(rows).join("\n")}\n`);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}

async function listEvals(options: ListOptions): Promise<void> {
  const { registry } = await openContext(options);
  const evals = await registry.listEvals();
  for (const { message } of registry.warnings) note(`warning: ${message}`, options);
  if (options.json) return printJson(evals);
  const width = process.stdout.columns ?? 120;
  print(
    evals.map(({ name, aliases, description }) => [
      { text: oneLine(name, 200) },
      { text: dim(oneLine(aliases.join(", "), 200)) },
      { text: oneLine(description ?? "", Math.max(20, width - 50)) },
    ]),
  );
}

const statusOrder: readonly [EvalStatus, string][] = [
  ["runs", "run unchanged"],
  ["needs-judge", "need a judge"],
  ["not-portable", "are not portable"],
  ["data-missing", "have no data"],
  ["broken", "are broken"],
];

async function checkEvals(options: ListOptions): Promise<void> {
  const { registry } = await openContext(options);
  const checks = await registry.check({ full: true });
  if (options.json) printJson(checks);
  else
    for (const [status, title] of statusOrder)
      printStatus(
        title,
        checks.filter((check) => check.status === status),
      );
  for (const { message } of registry.warnings) note(`warning: ${message}`, options);
  if (checks.some(({ status }) => status === "broken")) process.exitCode = 1;
}

function printStatus(title: string, checks: readonly EvalCheck[]): void {
  if (checks.length === 0) return;
  process.stdout.write(`${styleText("bold", `${checks.length} ${title}`, { stream: process.stdout })}\n`);
  print(
    checks.map(({ name, samples, reason }) => [
      { text: `  ${oneLine(name, 200)}` },
      { text: withoutControls(reason ?? counted(samples ?? 0, "sample")) },
    ]),
  );
}

async function listModels(options: ListOptions): Promise<void> {
  const { registry } = await openContext(options);
  const rows = [];
  for (const name of await registry.completionFnNames()) {
    try {
      const entry = await registry.completionFn(name);
      const model = entry?.args.model ?? entry?.args.deployment ?? entry?.args.url ?? "";
      rows.push({ name, class: entry?.class, model: String(model) });
    } catch (error) {
      if (!(error instanceof FinegaugeError)) throw error;
      rows.push({ name, class: undefined, model: error.message });
    }
  }
  if (options.json) return printJson(rows);
  print(
    rows.map((row) => [
      { text: oneLine(row.name, 200) },
      { text: dim(row.class ?? "unusable") },
      { text: oneLine(row.model, 200) },
    ]),
  );
}

async function listAllRuns(options: ListOptions): Promise<void> {
  const { out } = await readSettings(options);
  let broken = 0;
  const runs = listRuns(out, (file, message) => {
    broken++;
    note(`${relative(process.cwd(), file)}: ${message}`, {});
  });
  if (broken > 0) process.exitCode = exitCodes["run.corrupt"];
  const rows = runs.map(({ file, run, end, locked }) => ({
    id: run.id,
    started: run.started,
    eval: run.eval,
    model: run.completion_fn,
    status: end?.status ?? (locked ? "running" : "unfinished"),
    accuracy: end?.metrics.find(({ name }) => name === "accuracy"),
    samples: run.data.selected,
    file,
  }));
  if (options.json) return printJson(rows);
  if (rows.length === 0) note(`no runs in ${out}; finegauge run <models> <evals> makes one`, options);
  print(
    rows.map((row) => [
      { text: row.id },
      { text: dim(row.started.slice(0, 16).replace("T", " ")) },
      { text: row.eval },
      { text: row.model },
      { text: percent(row.accuracy?.value ?? null), right: true },
      { text: row.accuracy === undefined ? "" : percentRange(row.accuracy), right: true },
      { text: String(row.accuracy?.n ?? row.samples), right: true },
      { text: row.status === "complete" ? "" : row.status },
    ]),
  );
}
