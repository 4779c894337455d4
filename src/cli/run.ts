import { type NoiseFloor, readSide, type Side } from "../compare/index.ts";
import type { Sampling } from "../core/completion.ts";
import { exitCodes, FinegaugeError } from "../core/errors.ts";
import { createStop } from "../engine/index.ts";
import { openStoredRun } from "../runs/index.ts";
import { aaLines, runAa } from "./aa.ts";
import { baselineSides } from "./baseline-sides.ts";
import { parseBudget } from "./budget.ts";
import { openBudgetGate } from "./budget-gate.ts";
import { cacheFile } from "./cache-place.ts";
import type { CacheSession } from "./cache-session.ts";
import { type CommonOptions, type Context, openContext } from "./context.ts";
import { defaultAlpha, type FailFastCommand, openFailFast } from "./fail-fast.ts";
import { tellGitHub } from "./github.ts";
import { limitYoungGeneration } from "./limit-young-generation.ts";
import { describe } from "./print-error.ts";
import { note } from "./progress.ts";
import { reportPath } from "./report.ts";
import { runNews } from "./run-github.ts";
import { type MatrixOptions, runMatrix } from "./run-matrix.ts";
import type { FinishedRun } from "./run-pair.ts";
import { runSummary } from "./run-summary.ts";
import type { Settings } from "./settings.ts";
import { sinceLines } from "./since.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { writeReport } from "./write-report.ts";

interface RunCommandOptions extends CommonOptions {
  readonly concurrency?: number | "auto";
  readonly maxSamples?: number;
  readonly order?: "shuffle" | "file";
  readonly baseline?: string;
  readonly failFast?: true | number;
  readonly margin?: number;
  readonly attempts?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly judge?: string;
  readonly aa?: boolean;
  readonly resume?: string | boolean;
  readonly budget?: readonly string[];
  readonly timeout?: number;
  readonly maxErrors?: number;
  readonly inputs: boolean;
  readonly report: boolean;
  readonly dryRun?: boolean;
  readonly cache?: Settings["cache"];
  readonly cacheDir?: string;
}

/** A page is written by itself up to so many samples; beyond, reading the runs again takes longer than people wait unasked. */
const reportLimit = 5000;

export async function run(models: string | undefined, evals: string | undefined, options: RunCommandOptions): Promise<void> {
  const context = await openContext(options);
  const { settings } = context;
  const wantedModels = models === undefined ? settings.models : named(models);
  const wantedEvals = evals === undefined ? settings.evals : named(evals);
  if (wantedModels.length === 0 || wantedEvals.length === 0) {
    throw new FinegaugeError("cli.usage", `no ${wantedModels.length === 0 ? "model" : "eval"} is named`, {
      hint: "finegauge run <models> <evals>; finegauge list models and finegauge list evals show what there is",
    });
  }
  limitYoungGeneration();
  const refused: FinegaugeError[] = [];
  const stop = createStop();
  const release = stopOnSignals(stop);
  const limits = options.budget === undefined ? undefined : parseBudget(options.budget);
  const where = { out: settings.out, baselines: settings.baselines };
  const sideOf = options.baseline === undefined ? undefined : baselineSides(options.baseline, where);
  const failFast = failFastOf(options, sideOf);
  if (options.aa) refuseWithAa(options);
  const cache = await cacheOf(context, options);
  const budget = limits && { limits, gate: openBudgetGate(limits, stop) };
  try {
    const matrix: MatrixOptions = {
      models: wantedModels,
      evals: wantedEvals,
      order: failFast === undefined ? (options.order ?? "shuffle") : "groups",
      prepare: failFast?.prepare,
      watch: failFast?.watch,
      maxSamples: options.maxSamples,
      judges: options.judge === undefined ? undefined : named(options.judge),
      attempts: options.attempts ?? 1,
      seed: options.seed ?? 0,
      sampling: commandSampling(options),
      concurrency: settings.concurrency,
      timeout: options.timeout,
      inputs: options.inputs,
      maxErrorRate: options.maxErrors ?? 0.01,
      dryRun: options.dryRun ?? false,
      announce: true,
      resume: options.resume,
      yes: options.yes,
      quiet: options.quiet,
      debug: options.debug,
      onRefused: (error) => refused.push(error),
      budget,
      cache,
      observers: budget === undefined ? [] : [budget.gate.observer],
      stop,
    };
    const { finished, floors } = options.aa
      ? await runAa(context, matrix)
      : { finished: await runMatrix(context, matrix), floors: undefined };
    if (options.dryRun) {
      note("dry run: nothing was asked, nothing was written", options);
      return;
    }
    await conclude(finished, options, { out: settings.out, tool: context.tool, sideOf, floors });
    await tellGitHub(runNews(finished, refused, context.tool), context.environment.variables, (text) =>
      process.stderr.write(text),
    );
    for (const error of refused) process.stderr.write(`${describe(error)}\n`);
    if (refused.length > 0) process.exitCode = Math.max(Number(process.exitCode ?? 0), exitCodes["cli.usage"]);
    // A stop that came too late to cut off one run may have kept the next ones from beginning.
    const reason = stop.reason();
    if (reason !== undefined && process.exitCode === 0) process.exitCode = exitCodes[reason];
  } finally {
    cache?.close();
    release();
  }
}

/** undefined: everything is asked. An A/A is about what asking again brings, whatever finegauge.yaml says. */
async function cacheOf({ settings, environment }: Context, options: RunCommandOptions): Promise<CacheSession | undefined> {
  const mode = options.cache ?? settings.cache;
  if (mode === "off" || options.aa) return undefined;
  const { openCacheSession } = await import("./cache-session.ts");
  return openCacheSession({
    mode,
    file: cacheFile({ dir: options.cacheDir, settings: settings.cacheDir, environment }),
    writes: !options.dryRun,
    redactLine: environment.redactLine,
    onNote: (text) => note(text, options),
  });
}

/** @throws FinegaugeError `cli.usage` for options that do not go together */
function failFastOf(options: RunCommandOptions, sideOf: Concluding["sideOf"]): FailFastCommand | undefined {
  const { baseline, failFast: asked, margin, order } = options;
  const usage = (message: string, hint: string) => new FinegaugeError("cli.usage", message, { hint });
  if (asked === undefined) {
    if (margin !== undefined)
      throw usage("--margin means nothing without --fail-fast", "finegauge diff and gate take a margin too");
    return undefined;
  }
  if (baseline === undefined || sideOf === undefined)
    throw usage("--fail-fast needs a --baseline", "--baseline <run, model or baseline>");
  if (order === "file") {
    throw usage("--fail-fast needs a random order", "leave out --order file: what stands first in a file is not like the rest");
  }
  return openFailFast({ baseline, margin, alpha: asked === true ? defaultAlpha : asked }, sideOf);
}

/** @throws FinegaugeError `cli.usage` for what asking twice leaves no room for */
function refuseWithAa({ failFast, resume, cache }: RunCommandOptions): void {
  const other =
    failFast !== undefined
      ? "--fail-fast"
      : resume !== undefined && resume !== false
        ? "--resume"
        : cache !== undefined && cache !== "off"
          ? "--cache"
          : undefined;
  if (other === undefined) return;
  throw new FinegaugeError("cli.usage", `--aa asks anew: it does not go with ${other}`);
}

/** A list with nothing in it, such as an unset variable of a script, names nothing. */
function named(list: string): string[] {
  return list.split(",").filter((name) => name.trim() !== "");
}

function commandSampling({ temperature, topP, maxTokens }: RunCommandOptions): Sampling {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
  };
}

interface Concluding {
  readonly out: string;
  readonly tool: string;
  /** The baseline's side of an eval, where one was named. */
  readonly sideOf: ((evalName: string) => Promise<Side | undefined>) | undefined;
  /** Of an A/A; undefined where nobody asked for one. */
  readonly floors: readonly NoiseFloor[] | undefined;
}

/** The results on stdout, what to do next, and the exit code. */
async function conclude(
  finished: readonly FinishedRun[],
  options: RunCommandOptions,
  { out, tool, sideOf, floors }: Concluding,
): Promise<void> {
  const files = finished.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const small = finished.reduce((sum, { samples }) => sum + samples, 0) <= reportLimit;
  const page =
    options.report && small && files.length > 0 ? await writeReport(files, "html", reportPath(files, out), tool) : undefined;
  if (options.json) process.stdout.write(`${JSON.stringify({ ...asJson(finished, page), aa: floors }, null, 2)}\n`);
  else {
    const since = async (run: FinishedRun) => {
      if (sideOf !== undefined) return sinceLines(run, await sideOf(run.eval));
      if (finished.length === 1) return sinceLines(run);
      // Of several models on one eval the first is what the others are compared with.
      const first = finished.find((one) => one.eval === run.eval);
      return first === undefined || first === run || first.file === undefined || first.model === run.model
        ? []
        : sinceLines(run, await readSide(await openStoredRun(first.file)));
    };
    const lines = [...(await runSummary(finished, page, { quiet: options.quiet, since })), ...aaLines(floors ?? [])];
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  for (const { failure } of finished) if (failure !== undefined) process.stderr.write(`${describe(failure)}\n`);
  process.exitCode = exitCodeFor(finished);
}

function exitCodeFor(finished: readonly FinishedRun[]): number {
  const codes = finished.map(({ end }) => {
    if (end.reason === "run.interrupted") return exitCodes["run.interrupted"];
    if (end.reason === "run.early-fail") return exitCodes["run.early-fail"];
    return end.status === "complete" ? 0 : exitCodes["run.too-many-errors"];
  });
  return codes.includes(exitCodes["run.interrupted"]) ? exitCodes["run.interrupted"] : Math.max(0, ...codes);
}

/** Runs as `--json` prints them. */
export function asJson(finished: readonly FinishedRun[], report: string | undefined) {
  return {
    runs: finished.map(({ id, file, eval: name, model, end, failure, leakage }) => {
      const { type, at, ...rest } = end;
      return {
        id,
        file,
        eval: name,
        model,
        ...rest,
        ...(leakage && { leakage }),
        ...(failure && { error: { code: failure.code, message: failure.message } }),
      };
    }),
    report,
  };
}
