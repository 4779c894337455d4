import { z } from "zod";
import { samplingSchema } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import type { Observer } from "../../core/observer.ts";
import type { EndLine } from "../../core/run-line.ts";
import { createStop, type RunPlan, type Stop } from "../../engine/index.ts";
import type { RegistryWarning } from "../../registry/index.ts";
import { parseBudget } from "../budget.ts";
import { openBudgetGate } from "../budget-gate.ts";
import { cacheFile } from "../cache-place.ts";
import type { CacheSession } from "../cache-session.ts";
import { type Context, openContext } from "../context.ts";
import { runMatrix } from "../run-matrix.ts";
import type { FinishedRun } from "../run-pair.ts";
import { asCommonOptions, checkedOptions, functionOf, listOf, places, some } from "./checked-options.ts";
import { type GivenEval, openGivenEvals } from "./given-evals.ts";
import { givenModels, type ModelChoice, nameOfModel } from "./given-models.ts";
import { openListeners } from "./listeners.ts";

/** How far a run is; told after every line of it. */
export interface RunProgress {
  readonly eval: string;
  readonly model: string;
  /** (sample, attempt) pairs: those that have a reply or an error, and all. */
  readonly done: number;
  readonly total: number;
  readonly errors: number;
}

const optionsSchema = z.strictObject({
  ...places,
  /** Requests at once; a model may take fewer. `auto` adapts to the server. */
  concurrency: z.union([z.literal("auto"), z.int().positive()]).optional(),
  /** Only the first n of the order. */
  maxSamples: z.int().positive().optional(),
  /** `shuffle`: openai/evals' fixed order, the default; `file`: as they stand. */
  order: z.enum(["shuffle", "file"]).default("shuffle"),
  /** Replies to each sample; default 1. */
  attempts: z.int().positive().default(1),
  seed: z.int().nonnegative().default(0),
  /** Over the eval's and the model's. */
  sampling: samplingSchema.default({}),
  /** Who grades what a model has to grade. */
  judge: z.custom<ModelChoice | readonly ModelChoice[]>().optional(),
  /** true: an unfinished run is gone on with; a text: that run; false: none. Default: one younger than a day. */
  resume: z.union([z.boolean(), z.string()]).optional(),
  /** `$5`, `200ktokens`, `30min`. */
  budget: some.optional(),
  /** Replies of earlier runs; default: as finegauge.yaml says, else `off`. */
  cache: z.enum(["on", "refresh", "only", "off"]).optional(),
  /** Where they are. */
  cacheDir: z.string().optional(),
  /** Seconds for one request. */
  timeout: z.number().positive().optional(),
  /** Share of errors above which a run is no result; default 0.01. */
  maxErrors: z.number().min(0).max(1).default(0.01),
  /** false keeps prompts and right answers out of the run file. */
  inputs: z.boolean().default(true),
  /** Stops: requests in flight are dropped, what was answered is kept, and the same call goes on with it. */
  signal: z.instanceof(AbortSignal).optional(),
  onProgress: functionOf<(progress: RunProgress) => void>().optional(),
  /** Told of what is odd in the registry or the response cache, and no reason to stop. */
  onWarning: functionOf<(warning: RegistryWarning) => void>().optional(),
});
export type RunOptions = z.input<typeof optionsSchema>;

/** One model on one eval, ended whichever way. */
export interface Run extends Omit<EndLine, "type" | "at"> {
  readonly id: string;
  /** The run file; undefined: nobody answered at all. */
  readonly file: string | undefined;
  readonly eval: string;
  readonly model: string;
  /** Why it failed; undefined unless `status` is `failed`. */
  readonly error: FinegaugeError | undefined;
}

export async function run(
  models: ModelChoice | readonly ModelChoice[],
  evals: string | GivenEval | readonly (string | GivenEval)[],
  options: RunOptions = {},
): Promise<readonly Run[]> {
  const checked = checkedOptions("run", optionsSchema, options);
  const { registry: roots, out, concurrency, timeout, signal } = checked;
  const wanted = listOf<string | GivenEval>(evals);
  const opened = await openGivenEvals(wanted.filter((one): one is GivenEval => typeof one !== "string"));
  const stop = createStop();
  const listeners = openListeners(stop);
  const onProgress = checked.onProgress && listeners.guarded(checked.onProgress);
  const onWarning = checked.onWarning && listeners.guarded(checked.onWarning);
  let release: (() => void) | undefined;
  let cache: CacheSession | undefined;
  try {
    release = stopOn(signal, stop);
    const tested = listOf<ModelChoice>(models);
    const judges = checked.judge === undefined ? undefined : listOf<ModelChoice>(checked.judge);
    const given = await givenModels([...tested, ...(judges ?? [])]);
    const context = await openContext(asCommonOptions({ registry: roots, out, concurrency, timeout }), {
      given,
      root: opened.root,
      scorers: opened.scorers,
    });
    const registry = opened.around(context.registry);
    const limits = checked.budget === undefined ? undefined : parseBudget(listOf<string>(checked.budget));
    const budget = limits && { limits, gate: openBudgetGate(limits, stop) };
    cache = await cacheOf(context, { ...checked, onWarning });
    const warn = onWarning && warnOnce(onWarning);
    const names = [...opened.names];
    const finished = await runMatrix(
      { ...context, registry },
      {
        models: tested.map(nameOfModel),
        evals: wanted.map((one) => (typeof one === "string" ? one : (names.shift() as string))),
        order: checked.order,
        maxSamples: checked.maxSamples,
        judges: judges?.map(nameOfModel),
        attempts: checked.attempts,
        seed: checked.seed,
        sampling: checked.sampling,
        concurrency: context.settings.concurrency,
        timeout,
        inputs: checked.inputs,
        maxErrorRate: checked.maxErrors,
        dryRun: false,
        announce: false,
        resume: checked.resume,
        yes: true,
        quiet: true,
        prepare: async () => warn?.(registry.warnings),
        onRefused: (error) => {
          throw error;
        },
        budget,
        cache,
        observers: budget === undefined ? [] : [budget.gate.observer],
        observe: onProgress && ((plan) => teller(plan, onProgress)),
        stop,
      },
    );
    warn?.(registry.warnings);
    await listeners.settled();
    return finished.map(asRun);
  } catch (error) {
    throw opened.told(error);
  } finally {
    cache?.close();
    opened.close();
    release?.();
  }
}

async function cacheOf(
  { settings, environment }: Context,
  { cache: mode = settings.cache, cacheDir, onWarning }: z.output<typeof optionsSchema>,
): Promise<CacheSession | undefined> {
  if (mode === "off") return undefined;
  const { openCacheSession } = await import("../cache-session.ts");
  return openCacheSession({
    mode,
    file: cacheFile({ dir: cacheDir, settings: settings.cacheDir, environment }),
    writes: true,
    redactLine: environment.redactLine,
    onNote: (message) => onWarning?.({ message }),
  });
}

/** @throws FinegaugeError `run.interrupted` when it is over before it began */
function stopOn(signal: AbortSignal | undefined, stop: Stop): () => void {
  if (signal?.aborted) throw new FinegaugeError("run.interrupted", "nothing was asked: the signal was aborted before");
  const onAbort = () => stop.request("run.interrupted", true);
  signal?.addEventListener("abort", onAbort, { once: true });
  return () => signal?.removeEventListener("abort", onAbort);
}

function warnOnce(tell: (warning: RegistryWarning) => void): (warnings: readonly RegistryWarning[]) => void {
  let told = 0;
  return (warnings) => {
    for (const warning of warnings.slice(told)) tell(warning);
    told = Math.max(told, warnings.length);
  };
}

function teller({ line, source, attempts }: RunPlan, tell: (progress: RunProgress) => void): Observer {
  const total = source.selected * attempts;
  let done = 0;
  let errors = 0;
  return {
    observe({ error }, earlier) {
      done++;
      if (error !== undefined) errors++;
      if (!earlier) tell({ eval: line.eval, model: line.completion_fn, done, total, errors });
    },
  };
}

function asRun({ id, file, eval: name, model, end, failure }: FinishedRun): Run {
  const { type, at, ...rest } = end;
  return { id, file, eval: name, model, ...rest, error: failure };
}
