import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { samplingSchema } from "../core/completion.ts";
import { exitCodes, FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { makeScorers } from "../core/make-scorers.ts";
import { createStop } from "../engine/index.ts";
import { replaceFile } from "../io/replace-file.ts";
import { openStoredRun, safeName } from "../runs/index.ts";
import { checkTarget } from "./check-target.ts";
import { type CommonOptions, type Context, openContext } from "./context.ts";
import { limitYoungGeneration } from "./limit-young-generation.ts";
import { near } from "./near.ts";
import { counted } from "./numbers.ts";
import { type OaievalLog, oaievalLog } from "./oaieval-log.ts";
import { completionArgs, dummy, withArgs } from "./oaieval-models.ts";
import { oaievalValues } from "./oaieval-values.ts";
import { openaiEvalsLog, upstreamId } from "./openai-evals-log.ts";
import { describe } from "./print-error.ts";
import { runMatrix } from "./run-matrix.ts";
import type { FinishedRun } from "./run-pair.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** Upstream's flags by their own names. */
export interface OaievalOptions extends CommonOptions {
  readonly max_samples?: number;
  readonly registry_path?: readonly string[];
  readonly record_path?: string;
  readonly extra_eval_params?: string;
  readonly completion_args?: string;
  readonly user?: string;
  readonly visible?: boolean;
  readonly log_to_file?: string;
  readonly cache?: boolean;
  readonly dryRun?: boolean;
  readonly dryRunLogging?: boolean;
  readonly localRun?: boolean;
  readonly httpRun?: boolean;
  readonly httpRunUrl?: string;
  readonly httpBatchSize?: string;
  readonly httpFailPercentThreshold?: string;
}

/** openai/evals' own. */
const defaultSeed = 20220722;

/** One eval on one completion function, as openai/evals' `oaieval` runs it. */
export async function oaieval(fns: string, name: string, options: OaievalOptions): Promise<void> {
  refuseRecorders(options);
  if (options.record_path !== undefined) checkTarget(options.record_path);
  const log = oaievalLog(options.log_to_file);
  const wanted = completionArgs(oaievalValues(options.completion_args ?? "", "--completion_args"));
  for (const idle of [...idleFlags(options), ...wanted.idle]) log(`warning: ${idle}`);
  // A dry run asks the model all the same, as upstream's does, and leaves nothing behind.
  const scratch = options.dryRun ? mkdtempSync(join(tmpdir(), "finegauge-")) : undefined;
  try {
    const context = await oaievalContext({ ...options, ...(scratch !== undefined && { out: scratch }) });
    const finished = await ask(context, { fns, name, wanted, log }, options);
    if (finished !== undefined) await conclude(finished, { fns, name, log }, options);
  } finally {
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws FinegaugeError `cli.usage` for what upstream sends elsewhere */
function refuseRecorders({ httpRun, localRun }: OaievalOptions): void {
  const hint = "leave it out: the record is a file at --record_path, which can be sent afterwards";
  if (httpRun) throw new FinegaugeError("cli.usage", "--http-run sends events to a server, which is not done here", { hint });
  if (localRun === false) {
    throw new FinegaugeError("cli.usage", "--no-local-run records into Snowflake, which is not done here", { hint });
  }
}

function idleFlags({ cache, httpRunUrl, httpBatchSize, httpFailPercentThreshold }: OaievalOptions): string[] {
  const http = httpRunUrl ?? httpBatchSize ?? httpFailPercentThreshold;
  return [
    ...(cache === undefined ? [] : ["--cache and --no-cache have no effect, as in oaieval: nothing is cached"]),
    ...(http === undefined ? [] : ["--http-… flags have no effect without --http-run"]),
  ];
}

/** Upstream's places: a registry in the home folder under those that are named. */
async function oaievalContext(options: OaievalOptions): Promise<Context> {
  const { registry = [], registry_path: named = [] } = options;
  const home = join(homedir(), ".evals");
  const context = await openContext(
    { ...options, registry: [...(existsSync(home) ? [home] : []), ...registry, ...named] },
    { evalArgs: oaievalValues(options.extra_eval_params ?? "", "--extra_eval_params") },
  );
  const isNamed = (await context.registry.completionFnNames()).includes(dummy.name);
  return isNamed ? context : { ...context, given: [dummy] };
}

interface Asking {
  readonly fns: string;
  readonly name: string;
  readonly wanted: ReturnType<typeof completionArgs>;
  readonly log: OaievalLog;
}

async function ask(context: Context, asking: Asking, options: OaievalOptions): Promise<FinishedRun | undefined> {
  const { fns, wanted, log } = asking;
  const registry = withArgs(
    context.registry,
    fns.split(",").filter((one) => one !== dummy.name),
    wanted.args,
  );
  const concrete = await oneEval(context, asking.name);
  const { model, judges } = await rolesOf(context, fns, concrete, log);
  const sampling = samplingSchema.safeParse(wanted.sampling);
  if (!sampling.success) {
    const [issue] = sampling.error.issues;
    throw new FinegaugeError("cli.usage", `--completion_args ${issue?.path.join(".")}: ${issue?.message}`);
  }
  limitYoungGeneration();
  const stop = createStop();
  const release = stopOnSignals(stop);
  try {
    const [finished] = await runMatrix(
      { ...context, registry },
      {
        models: [model],
        evals: [concrete],
        order: "shuffle",
        maxSamples: options.max_samples,
        judges,
        attempts: 1,
        seed: options.seed ?? defaultSeed,
        sampling: sampling.data,
        concurrency: threads(context) ?? context.settings.concurrency,
        inputs: true,
        maxErrorRate: 0.01,
        dryRun: false,
        announce: false,
        resume: undefined,
        yes: options.yes,
        quiet: options.quiet,
        debug: options.debug,
        onRefused: (error) => {
          throw error;
        },
        observe: ({ source }) => {
          log(`Evaluating ${counted(source.selected, "sample")}`);
          return { observe: () => {} };
        },
        observers: [],
        stop,
      },
    );
    const reason = stop.reason();
    if (finished === undefined && reason !== undefined) process.exitCode = exitCodes[reason];
    return finished;
  } finally {
    release();
  }
}

async function oneEval({ registry }: Context, name: string): Promise<string> {
  const names = await registry.matchEvals(name);
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  throw new FinegaugeError("cli.usage", `${name} names ${names.length} evals, and oaieval runs one`, {
    hint: "finegauge run takes a set or a glob, and is finished by running it again",
  });
}

/**
 * Who is asked, and who grades: the last function where several are named; one function alone grades itself.
 *
 * @throws FinegaugeError `cli.usage` for more functions than the eval takes
 */
async function rolesOf(
  { registry }: Context,
  fns: string,
  name: string,
  log: OaievalLog,
): Promise<{ readonly model: string; readonly judges: readonly string[] | undefined }> {
  const { spec, kinds } = await registry.eval(name);
  const [model = "", ...others] = fns.split(",");
  const judged = makeScorers(spec, kinds).some(({ needs }) => needs.judge === true);
  if (!judged && others.length > 0) {
    throw new FinegaugeError("cli.usage", `${name} takes one completion function: nobody grades its replies`, {
      hint: `finegauge run ${fns} ${name} runs each`,
    });
  }
  if (!judged) return { model, judges: undefined };
  if (others.length > 1) {
    throw new FinegaugeError("cli.usage", `${fns} are ${others.length} models and a judge, and a run is of one model`, {
      hint: `finegauge run ${fns.slice(0, fns.lastIndexOf(","))} ${name} --judge ${others.at(-1)}`,
    });
  }
  const [judge = model] = others;
  if (others.length === 0) log(`warning: ${model} grades its own replies, as in oaieval; ${model},JUDGE names another`);
  return { model, judges: [judge] };
}

/** Upstream's variables for how much is asked at once. */
function threads({ environment: { variables } }: Context): number | undefined {
  if (/^(1|true|yes)$/i.test(variables.EVALS_SEQUENTIAL ?? "")) return 1;
  const wanted = Number(variables.EVALS_THREADS);
  return Number.isSafeInteger(wanted) && wanted > 0 ? wanted : undefined;
}

/** The record, the final report as upstream says it, and the exit code. */
async function conclude(
  { file, end, failure }: FinishedRun,
  { fns, name, log }: Pick<Asking, "fns" | "name" | "log">,
  options: OaievalOptions,
): Promise<void> {
  if (file !== undefined) {
    const stored = await openStoredRun(file);
    const { record_path, visible = options.max_samples === undefined, user = "" } = options;
    const report: Bag[] = [];
    const lines = openaiEvalsLog(stored, {
      completion_fns: fns.split(","),
      command: ["oaieval", fns, name].join(" "),
      created_by: user,
      visible,
      onReport: (final) => report.push(final),
    });
    const record = options.dryRun ? undefined : (record_path ?? defaultRecord(upstreamId(stored.run), fns, name));
    if (record !== undefined) await replaceFile(record, lines);
    else for await (const line of lines) if (options.dryRunLogging !== false) log(line.trimEnd());
    if (record !== undefined) log(`Run file: ${near(file)}, for finegauge diff, gate and report`);
    sayReport(report[0], record, log);
    if (options.json)
      process.stdout.write(`${JSON.stringify({ run: stored.run.id, file, record, report: report[0] ?? null })}\n`);
  }
  if (failure !== undefined) process.stderr.write(`${describe(failure)}\n`);
  if (end.status === "complete") return;
  process.exitCode = end.reason === "run.interrupted" ? exitCodes["run.interrupted"] : exitCodes["run.too-many-errors"];
}

/** Twice, as upstream does. */
function sayReport(report: Bag | undefined, record: string | undefined, log: OaievalLog): void {
  if (report === undefined) return;
  const entries = Object.entries(report).map(([key, value]) => [key, shown(key, value)] as const);
  log(
    `Final report: {${entries.map(([key, value]) => `'${key}': ${value}`).join(", ")}}.${record === undefined ? "" : ` Logged to ${record}`}`,
  );
  log("Final report:");
  for (const [key, value] of entries) log(`${key}: ${value}`);
}

/** Counts are whole; all else is a float in Python, and looks like one. */
function shown(key: string, value: unknown): string {
  const isFloat = typeof value === "number" && !/^(usage_|counts\/)/.test(key);
  return isFloat && Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Where upstream puts it; a model's name makes no folders. */
function defaultRecord(id: string, fns: string, name: string): string {
  return join(tmpdir(), "evallogs", `${safeName(`${id}_${fns}_${name}`)}.jsonl`);
}
