import { join } from "node:path";
import { styleText } from "node:util";
import type { Metric } from "../core/metric.ts";
import { createStop } from "../engine/index.ts";
import { type CommonOptions, openContext } from "./context.ts";
import { percent } from "./numbers.ts";
import { note } from "./progress.ts";
import { asJson } from "./run.ts";
import { runMatrix } from "./run-matrix.ts";
import type { FinishedRun } from "./run-pair.ts";
import { runSummary } from "./run-summary.ts";
import { writeReport } from "./write-report.ts";

const base = "tickets-base";
const tuned = "tickets-tuned";
const evals = ["tickets", "tickets-hard", "general"];

/** A true before and after: what fine-tuning made better, and what it broke. */
export async function demo(options: CommonOptions): Promise<void> {
  const context = await openContext(options);
  note("two models of 1.9 MB in this process, three evals: no key, no network, no GPU", options);
  const finished = await runMatrix(context, {
    models: [base, tuned],
    evals,
    order: "shuffle",
    attempts: 1,
    seed: options.seed ?? 0,
    sampling: {},
    inputs: true,
    maxErrorRate: 0.01,
    dryRun: false,
    announce: false,
    resume: undefined,
    yes: true,
    quiet: options.quiet,
    observers: [],
    stop: createStop(),
    onRefused: (error) => {
      throw error;
    },
  });
  const files = finished.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const page = await writeReport(files, "html", join(context.settings.out, "demo.html"), context.tool);
  if (options.json) process.stdout.write(`${JSON.stringify(asJson(finished, page), null, 2)}\n`);
  else process.stdout.write(`${[...(await runSummary(finished, page, options)), "", ...findings(finished)].join("\n")}\n`);
}

/** One sentence for each eval whose intervals do not overlap: no claim is made about the others. */
function findings(finished: readonly FinishedRun[]): string[] {
  const names = [...new Set(finished.map((run) => run.eval))];
  return names.flatMap((name) => {
    const of = (model: string) =>
      finished.find((run) => run.eval === name && run.model === model)?.end.metrics.find((metric) => metric.name === "accuracy");
    const [before, after] = [of(base), of(tuned)];
    if (before?.value == null || after?.value == null) return [];
    return [sentence(name, before, after)];
  });
}

function sentence(name: string, before: Metric, after: Metric): string {
  const numbers = `${percent(before.value)} → ${percent(after.value)} of ${after.n}`;
  if (before.interval === null || after.interval === null) return `${name}: ${numbers}`;
  if (after.interval.low > before.interval.high) return `${mark("green", "better")}  ${name}: ${numbers}`;
  if (after.interval.high < before.interval.low) return `${mark("red", "broken")}  ${name}: ${numbers}`;
  return `${mark("dim", "unclear")} ${name}: ${numbers}, the intervals overlap`;
}

function mark(style: "green" | "red" | "dim", text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
