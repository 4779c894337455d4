import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { type Collector, collectRun } from "../compare/index.ts";
import type { CompletionFn, Sampling } from "../core/completion.ts";
import { exitCodeOf, FinegaugeError } from "../core/errors.ts";
import type { Observer } from "../core/observer.ts";
import type { EndLine } from "../core/run-line.ts";
import type { SampleSource } from "../core/sample.ts";
import type { Scorer } from "../core/score.ts";
import { ulid } from "../core/ulid.ts";
import { planRun, type RunPlan, runEval, type Stop } from "../engine/index.ts";
import { openSamples, type ResolvedEval } from "../registry/index.ts";
import { type ListedRun, listRuns, runPath } from "../runs/index.ts";
import type { Context } from "./context.ts";
import { limitYoungGeneration } from "./limit-young-generation.ts";
import { findModels, type ModelReference } from "./open-models.ts";
import { planLine, wrapParts } from "./plan-line.ts";
import { note, type ProgressLine, startProgress } from "./progress.ts";
import { chooseResume, type ResumeOptions } from "./resume-choice.ts";

/** What decides how every run of a matrix is made. */
export interface MatrixOptions extends ResumeOptions {
  readonly models: readonly string[];
  readonly evals: readonly string[];
  readonly order: "shuffle" | "file";
  readonly maxSamples?: number | undefined;
  readonly attempts: number;
  readonly seed: number;
  /** Over eval and completion function. */
  readonly sampling: Sampling;
  readonly concurrency?: number | undefined;
  readonly inputs: boolean;
  readonly maxErrorRate: number;
  readonly dryRun: boolean;
  /** Say what will be asked before each run. */
  readonly announce: boolean;
  readonly observers: readonly Observer[];
  readonly stop: Stop;
  readonly quiet?: boolean | undefined;
  /** Say every failed request. */
  readonly debug?: boolean | undefined;
}

/** A run that has come to an end, whichever. */
export interface FinishedRun {
  readonly id: string;
  readonly file: string | undefined;
  readonly eval: string;
  readonly model: string;
  readonly samples: number;
  readonly end: EndLine;
  /** Why it failed before or while asking; undefined for a run that ended on its own. */
  readonly failure: FinegaugeError | undefined;
  /** The newest complete run of this model on the same data before this one. */
  readonly previous: ListedRun | undefined;
}

interface OpenEval {
  readonly resolved: ResolvedEval;
  readonly source: SampleSource;
}

/**
 * Runs every model on every eval, model by model, so that one large model at a time is in memory. All evals are read and all models
 * found before anything is asked: bad input costs nothing.
 */
export async function runMatrix(context: Context, options: MatrixOptions): Promise<FinishedRun[]> {
  limitYoungGeneration();
  const { registry, settings, environment } = context;
  const names = await evalNames(context, options.evals);
  const references = await findModels(options.models, {
    registry,
    environment,
    concurrency: options.concurrency,
    timeoutMs: settings.timeoutMs,
  });
  const evals: OpenEval[] = [];
  const models: { reference: ModelReference; fn: CompletionFn }[] = [];
  const finished: FinishedRun[] = [];
  try {
    for (const name of names) {
      const resolved = await registry.eval(name);
      for (const warning of resolved.warnings) note(`warning: ${warning.message}`, options);
      evals.push({
        resolved,
        source: await openSamples({ eval: resolved, order: options.order, maxSamples: options.maxSamples }),
      });
    }
    for (const reference of references) {
      const fn = await reference.open();
      models.push({ reference, fn });
      await fn.identity();
    }
    for (const { reference, fn } of models) {
      for (const opened of evals) {
        if (options.stop.drain.aborted) return finished;
        const run = await runPair(context, options, opened, reference, fn);
        if (run !== undefined) finished.push(run);
      }
      await fn.close?.();
    }
  } finally {
    for (const { source } of evals) source.close();
    for (const { fn } of models) await fn.close?.();
  }
  return finished;
}

/** Concrete names, each once, in the order in which they were named. */
async function evalNames({ registry }: Context, patterns: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const pattern of patterns.flatMap((list) => list.split(",")).map((part) => part.trim())) {
    if (pattern !== "") names.push(...(await registry.matchEvals(pattern)));
  }
  return [...new Set(names)];
}

async function runPair(
  context: Context,
  options: MatrixOptions,
  opened: OpenEval,
  reference: ModelReference,
  fn: CompletionFn,
): Promise<FinishedRun | undefined> {
  let plan: RunPlan;
  try {
    plan = await planPair(context, options, opened, reference, fn);
  } catch (error) {
    // Nobody there: the other models may still answer, and a run alone ends with this error.
    if (!(error instanceof FinegaugeError) || exitCodeOf(error) !== 3 || options.models.length + options.evals.length <= 2)
      throw error;
    return unplanned(opened, reference, error);
  }
  const { settings, environment } = context;
  const started = new Date();
  const id = ulid(started.getTime(), randomBytes(10));
  const target = { id, started: started.toISOString(), eval: plan.line.eval, completion_fn: plan.line.completion_fn };
  const file = runPath(settings.out, target);
  const previous = previousRun(dirname(file), plan);
  const line = planLine(plan, previous === undefined ? undefined : msPerSample(previous));
  if (options.announce) note(wrapParts(line, process.stderr.isTTY ? process.stderr.columns : undefined), options);
  if (options.dryRun) return undefined;

  const resumed = await chooseResume(plan, dirname(file), settings.out, options);
  const pairs = plan.source.selected * plan.attempts;
  const collector = collectRun({ spec: plan.spec, selected: pairs, attempts: plan.attempts });
  const failures = watchFailures();
  const progress = { inFlight: 0, finished: 0 };
  const shown = options.quiet ? undefined : showProgress(plan, collector, failures, pairs);
  try {
    const outcome = await runEval({
      plan,
      target: resumed === undefined ? { file, id, started: target.started } : { resume: resumed.file },
      tally: collector,
      observers: [failures, ...(options.debug ? [tellTries(shown)] : []), ...options.observers],
      stop: options.stop,
      progress,
      redact: environment.redact,
      redactLine: environment.redactLine,
      maxErrorRate: options.maxErrorRate,
      onResumed: ({ done, droppedErrors }) => {
        shown?.clear();
        const again = droppedErrors > 0 ? `, asking ${droppedErrors} again that ended in errors` : "";
        note(`${done.count} of ${pairs} are there already${again}`, options);
      },
    });
    const failure = outcome.end.status === "failed" ? failures.error(outcome.reason) : undefined;
    return {
      id: resumed?.run.id ?? id,
      file: outcome.file,
      eval: plan.line.eval,
      model: plan.line.completion_fn,
      samples: pairs,
      end: outcome.end,
      failure,
      previous,
    };
  } finally {
    shown?.stop();
  }
}

async function planPair(
  context: Context,
  options: MatrixOptions,
  { resolved, source }: OpenEval,
  reference: ModelReference,
  fn: CompletionFn,
): Promise<RunPlan> {
  const { spec, kind } = resolved;
  const scorer: Scorer = kind.create(spec.args, { name: spec.scorer, compat: spec.compat, labels: spec.labels });
  return planRun({
    spec,
    source,
    order: options.order,
    fn,
    scorers: [scorer],
    judges: [],
    wrap: resolved.wrap,
    sampling: { ...spec.sampling, ...reference.sampling, ...options.sampling },
    attempts: options.attempts,
    seed: options.seed,
    inputs: options.inputs,
    concurrency: options.concurrency,
    tool: context.tool,
  });
}

function unplanned({ resolved, source }: OpenEval, { name }: ModelReference, failure: FinegaugeError): FinishedRun {
  const none = { done: 0, errors: 0, unscored: 0, filtered: 0, cut_off: 0, empty: 0, refused: 0, invalid_label: 0, prefix: 0 };
  const nothing = { input: 0, output: 0 };
  const end: EndLine = {
    type: "end",
    at: new Date().toISOString(),
    status: "failed",
    reason: failure.code,
    counts: { selected: source.selected, ...none },
    metrics: [],
    served: [],
    usage: { model: nothing, judge: nothing },
    cost: {},
    wall_ms: 0,
  };
  return {
    id: "",
    file: undefined,
    eval: resolved.spec.name,
    model: name,
    samples: source.selected,
    end,
    failure,
    previous: undefined,
  };
}

function previousRun(folder: string, plan: RunPlan): ListedRun | undefined {
  const { line } = plan;
  return listRuns(folder).find(
    ({ run, end }) =>
      end?.status === "complete" &&
      run.eval === line.eval &&
      run.completion_fn === line.completion_fn &&
      run.data.hash === line.data.hash,
  );
}

function msPerSample({ run, end }: ListedRun): number | undefined {
  const pairs = run.data.selected * run.attempts;
  return end === undefined || pairs === 0 ? undefined : end.wall_ms / pairs;
}

/** Counts errors for the progress line, and remembers the last of each kind for the message at the end. */
function watchFailures(): Observer & { count(): number; error(reason: string | undefined): FinegaugeError } {
  let errors = 0;
  const last = new Map<string, string>();
  return {
    observe({ error }) {
      if (error === undefined) return;
      errors++;
      last.set(error.code, error.message);
    },
    count: () => errors,
    error(reason) {
      const [code, message] = [...last].at(-1) ?? [reason, undefined];
      const said = last.get(reason ?? "") ?? message ?? "the run failed";
      const shown = reason !== undefined && last.has(reason) ? reason : (reason ?? code ?? "internal");
      return new FinegaugeError(shown as FinegaugeError["code"], `${errors} requests failed, the last with: ${said}`, {
        hint: "mend the cause and run the same command again: what was answered is not asked twice",
      });
    },
  };
}

/** Under --debug: one line for each failed request. */
function tellTries(progress: ProgressLine | undefined): Observer {
  return {
    observe({ id, attempt, error, completion }) {
      for (const { code, status, ms, wait_ms } of error?.tries ?? completion?.tries ?? []) {
        progress?.clear();
        note(`${id}#${attempt}: ${code}${status === undefined ? "" : ` ${status}`} after ${ms} ms, waited ${wait_ms} ms`, {});
      }
    },
  };
}

function showProgress(plan: RunPlan, collector: Collector, failures: { count(): number }, total: number): ProgressLine {
  return startProgress(
    `${plan.line.eval} on ${plan.line.completion_fn}`,
    () => {
      const { n, accuracy } = collector.running();
      const { model } = collector.usage();
      return {
        done: n + failures.count(),
        total,
        errors: failures.count(),
        tokens: model.input + model.output,
        accuracy,
        cost: collector.cost().model,
      };
    },
    process.stderr,
  );
}
