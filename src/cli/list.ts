import { styleText } from "node:util";
import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import type { EvalCheck, EvalStatus } from "../registry/index.ts";
import { listBaselineFiles } from "./baseline-list.ts";
import { openContext } from "./context.ts";
import { type ListRunsOptions, listAllRuns } from "./list-runs.ts";
import { counted } from "./numbers.ts";
import { note } from "./progress.ts";
import { type Cell, oneLine, table, withoutControls } from "./table.ts";

interface ListOptions extends ListRunsOptions {
  readonly baselines?: string;
  readonly check?: boolean;
}

const kinds: { readonly [what: string]: (options: ListOptions) => Promise<void> } = {
  evals: (options) => (options.check ? checkEvals(options) : listEvals(options)),
  models: listModels,
  runs: listAllRuns,
  baselines: listBaselineFiles,
};

export async function list(what: string | undefined, options: ListOptions): Promise<void> {
  const choices = Object.keys(kinds);
  const hint = choices.map((choice) => `finegauge list ${choice}`).join(", ");
  if (what === undefined) throw new FinegaugeError("cli.usage", "list does not say of what", { hint });
  const kind = Object.hasOwn(kinds, what) ? kinds[what] : undefined;
  if (kind === undefined)
    throw new FinegaugeError("cli.usage", `there is no list of ${what}`, { nearest: nearestNames(what, choices), hint });
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

/** What is said of several, and of one. */
const statusOrder: readonly [EvalStatus, string, string][] = [
  ["runs", "run", "runs"],
  ["needs-judge", "need a judge", "needs a judge"],
  ["not-portable", "are not portable", "is not portable"],
  ["data-missing", "have no data", "has no data"],
  ["broken", "are broken", "is broken"],
];

async function checkEvals(options: ListOptions): Promise<void> {
  const { registry } = await openContext(options);
  const checks = await registry.check({ full: true });
  if (options.json) printJson(checks);
  else
    for (const [status, many, one] of statusOrder) {
      const found = checks.filter((check) => check.status === status);
      printStatus(found.length === 1 ? one : many, found);
    }
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
