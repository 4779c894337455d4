import type { CompletionFn } from "../core/completion.ts";
import { exitCodeOf, FinegaugeError } from "../core/errors.ts";
import type { EndLine } from "../core/run-line.ts";
import { openSamples, type RegistryWarning } from "../registry/index.ts";
import type { Context } from "./context.ts";
import { limitYoungGeneration } from "./limit-young-generation.ts";
import { findModels, type ModelReference } from "./open-models.ts";
import { note } from "./progress.ts";
import { type FinishedRun, type OpenEval, type PairOptions, runPair } from "./run-pair.ts";

/** What decides how every run of a matrix is made. */
export interface MatrixOptions extends PairOptions {
  readonly models: readonly string[];
  readonly evals: readonly string[];
  /** Seconds for one request, asked for on the command line: over what the registry says. */
  readonly timeout?: number | undefined;
  /** Told of an eval among several that cannot be run; it never stops the others. */
  readonly onRefused: (error: FinegaugeError) => void;
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
    timeoutAsked: options.timeout,
  });
  const evals: OpenEval[] = [];
  const models: { reference: ModelReference; opened: OpenModel }[] = [];
  const finished: FinishedRun[] = [];
  try {
    for (const name of names) {
      try {
        const resolved = await registry.eval(name);
        const source = await openSamples({ eval: resolved, order: options.order, maxSamples: options.maxSamples });
        evals.push({ resolved, source });
      } catch (error) {
        if (names.length === 1 || !(error instanceof FinegaugeError)) throw error;
        options.onRefused(error);
      }
    }
    warn(registry.warnings, options);
    // A model that nobody answers for ends the command when it is alone, and only its own runs when others wait.
    const alone = references.length * evals.length === 1;
    for (const reference of references) models.push({ reference, opened: await openModel(reference, alone) });
    for (const { reference, opened: model } of models) {
      for (const opened of evals) {
        if (options.stop.drain.aborted) return finished;
        const run =
          "failure" in model ? unplanned(opened, reference, model.failure) : await tryPair(opened, reference, model.fn, alone);
        if (run !== undefined) finished.push(run);
      }
      if ("fn" in model) await model.fn.close?.();
    }
  } finally {
    for (const { source } of evals) source.close();
    for (const { opened } of models) if ("fn" in opened) await opened.fn.close?.();
  }
  return finished;

  async function tryPair(opened: OpenEval, reference: ModelReference, fn: CompletionFn, alone: boolean) {
    try {
      return await runPair(context, options, opened, reference, fn);
    } catch (error) {
      if (alone || !isProviderFailure(error)) throw error;
      return unplanned(opened, reference, error);
    }
  }
}

type OpenModel = { readonly fn: CompletionFn } | { readonly failure: FinegaugeError };

async function openModel(reference: ModelReference, alone: boolean): Promise<OpenModel> {
  let fn: CompletionFn | undefined;
  try {
    fn = await reference.open();
    await fn.identity();
    return { fn };
  } catch (error) {
    await fn?.close?.();
    if (alone || !isProviderFailure(error)) throw error;
    return { failure: error };
  }
}

function isProviderFailure(error: unknown): error is FinegaugeError {
  return error instanceof FinegaugeError && exitCodeOf(error) === 3;
}

const mostWarnings = 5;

function warn(warnings: readonly RegistryWarning[], options: { readonly quiet?: boolean | undefined }): void {
  for (const { message, where } of warnings.slice(0, mostWarnings)) {
    const place =
      where === undefined ? "" : ` (${[where.file, where.line, where.column].filter((part) => part !== undefined).join(":")})`;
    note(`warning: ${message}${place}`, options);
  }
  if (warnings.length > mostWarnings)
    note(`and ${warnings.length - mostWarnings} more warnings: finegauge list evals --check`, options);
}

/** Concrete names, each once, in the order in which they were named. */
async function evalNames({ registry }: Context, patterns: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const pattern of patterns.flatMap((list) => list.split(",")).map((part) => part.trim())) {
    if (pattern !== "") names.push(...(await registry.matchEvals(pattern)));
  }
  return [...new Set(names)];
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
