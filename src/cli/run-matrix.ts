import type { CompletionFn, ModelIdentity } from "../core/completion.ts";
import { exitCodeOf, FinegaugeError } from "../core/errors.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { makeScorers } from "../core/make-scorers.ts";
import type { Prompt } from "../core/message.ts";
import type { EndLine } from "../core/run-line.ts";
import type { SampleSource } from "../core/sample.ts";
import { type WidthBounds, widthOf } from "../engine/index.ts";
import { openSamples, type RegistryWarning, type ResolvedEval } from "../registry/index.ts";
import type { Budget } from "./budget.ts";
import { refuseBeyond } from "./budget-foresight.ts";
import type { BudgetGate } from "./budget-gate.ts";
import type { CacheSession } from "./cache-session.ts";
import { confirmSpending, terminalAsker } from "./confirm.ts";
import type { Context } from "./context.ts";
import { type CheckedLeakage, checkLeakage } from "./leakage.ts";
import { counted } from "./numbers.ts";
import { openJudges } from "./open-judges.ts";
import { findModels, isLocal, isRemote, type ModelReference, modelsFirst, type OpeningSetup } from "./open-models.ts";
import { type Prospect, prospectOf } from "./price-prospect.ts";
import { note } from "./progress.ts";
import { announce, type FinishedRun, mergedSampling, type OpenEval, type PairOptions, runPair } from "./run-pair.ts";

/** What decides how every run of a matrix is made. */
export interface MatrixOptions extends PairOptions {
  /** Told of every eval before anything is asked; throws for one that cannot be run as it is to be. */
  readonly prepare?: ((spec: EvalSpec) => Promise<void>) | undefined;
  readonly models: readonly string[];
  readonly evals: readonly string[];
  /** Who grades; undefined = whom the evals name. */
  readonly judges?: readonly string[] | undefined;
  /** Seconds for one request, asked for on the command line: over what the registry says. */
  readonly timeout?: number | undefined;
  readonly budget?: { readonly limits: Budget; readonly gate: BudgetGate } | undefined;
  /** Of models and judges; absent: everything is asked. */
  readonly cache?: CacheSession | undefined;
  /** Told of an eval among several that cannot be run; it never stops the others. */
  readonly onRefused: (error: FinegaugeError) => void;
}

/**
 * Runs every model on every eval, model by model, so that one large model at a time is in memory. All evals are read and all models
 * found before anything is asked: bad input costs nothing.
 */
export async function runMatrix(context: Context, options: MatrixOptions): Promise<FinishedRun[]> {
  const { registry, settings, environment } = context;
  const { dryRun, stop, cache } = options;
  const opening = {
    registry,
    environment,
    given: context.given,
    concurrency: options.concurrency,
    timeoutMs: settings.timeoutMs,
    timeoutAsked: options.timeout,
    silent: cache !== undefined && (dryRun || cache.mode === "only"),
  };
  const names = await evalNames(opening, options.evals);
  const references = await findModels(options.models, opening);
  const gate = options.budget?.gate;
  const judges = openJudges({ ...opening, named: options.judges, dryRun, stop, redact: environment.redact, gate, cache });
  const evals: OpenEval[] = [];
  const models: FoundModel[] = [];
  const finished: FinishedRun[] = [];
  try {
    for (const name of names) {
      try {
        const resolved = await registry.eval(name);
        const graders = await judges.of(resolved);
        const order = options.order === "groups" && resolved.spec.group_by === undefined ? "shuffle" : options.order;
        await options.prepare?.(resolved.spec);
        const source = await openSamples({ eval: resolved, order, maxSamples: options.maxSamples });
        evals.push({ resolved, source, judges: graders, order, checked: await leakageOf(resolved, source) });
      } catch (error) {
        if (names.length === 1 || stop.drain.aborted || !(error instanceof FinegaugeError)) throw error;
        options.onRefused(error);
      }
    }
    warn(registry.warnings, options);
    // A model that nobody answers for ends the command when it is alone, and only its own runs when others wait.
    const alone = references.length * evals.length === 1;
    for (const reference of references) {
      const onPaper = options.dryRun && isRemote(reference);
      models.push({ reference, opened: onPaper ? "on paper" : await openModel(reference, alone, options) });
    }
    const pairs = await lookAhead(models, evals, settings.out, options);
    if (cache !== undefined) for (const model of models) model.opened = await throughCache(model, pairs, cache, alone);
    const dead = new Set(models.flatMap(({ reference, opened }) => (isDead(opened) ? [reference] : [])));
    const spending = pairs.filter(({ reference }) => !dead.has(reference));
    if (!options.dryRun) refuseTooMuch(spending, options);
    const confirm = askOnce(spending, settings.confirmAbove, options);
    for (const { reference, opened: model } of models) {
      for (const { opened, prospect } of pairs.filter((pair) => pair.reference === reference)) {
        if (options.stop.drain.aborted) return finished;
        if (model === "on paper") announceOnPaper(opened, reference, prospect, options);
        else if ("failure" in model) finished.push(unplanned(opened, reference, model.failure));
        else {
          const run = await tryPair({ ...options, confirm }, { opened, reference, prospect }, model.fn, alone);
          if (run !== undefined) finished.push(run);
        }
      }
      if (model !== "on paper" && "fn" in model) await model.fn.close?.();
    }
    if (options.dryRun) refuseTooMuch(spending, options);
  } finally {
    for (const { source } of evals) source.close();
    await judges.close();
    for (const { opened } of models) if (opened !== "on paper" && "fn" in opened) await opened.fn.close?.();
  }
  return finished;

  async function leakageOf(resolved: ResolvedEval, source: SampleSource): Promise<CheckedLeakage | undefined> {
    try {
      return await checkLeakage(resolved, source, { ...options, out: settings.out });
    } catch (error) {
      source.close();
      throw error;
    }
  }

  async function tryPair(pairOptions: PairOptions, { opened, reference, prospect }: Pair, fn: CompletionFn, alone: boolean) {
    try {
      return await runPair(context, pairOptions, opened, reference, fn, prospect);
    } catch (error) {
      if (alone || !isProviderFailure(error)) throw error;
      return unplanned(opened, reference, error);
    }
  }
}

type OpenModel = { readonly fn: CompletionFn } | { readonly failure: FinegaugeError };

interface FoundModel {
  readonly reference: ModelReference;
  /** `on paper`: a dry run asks nobody at all who is reached over a network, and needs no key. */
  opened: OpenModel | "on paper";
}

function isDead(opened: FoundModel["opened"]): boolean {
  return opened !== "on paper" && "failure" in opened;
}

/** One run to be made, and what it will take. */
interface Pair {
  readonly reference: ModelReference;
  readonly opened: OpenEval;
  readonly prospect: Prospect;
}

async function lookAhead(
  models: readonly FoundModel[],
  evals: readonly OpenEval[],
  out: string,
  { attempts, sampling, resume, seed, cache }: MatrixOptions,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const { reference, opened: model } of models) {
    const outer = await reference.wrap();
    const identity = cache && (await identityOf(reference, model));
    for (const opened of evals) {
      const { spec, wrap: inner } = opened.resolved;
      const questions = {
        eval: spec.name,
        model: reference.name,
        source: opened.source,
        attempts,
        sampling: mergedSampling(spec.sampling, reference.sampling, sampling),
        wrap: (prompt: Prompt) => outer(inner === undefined ? prompt : inner(prompt)),
        price: reference.price?.price,
      };
      const asked = { ...questions, scorers: makeScorers(spec, opened.resolved.kinds), seed };
      const cached = identity && (await cache?.partOf({ identity: async () => identity }, asked));
      pairs.push({ reference, opened, prospect: prospectOf({ ...questions, cached }, out, resume !== false) });
    }
  }
  return pairs;
}

/** Who answers, as the cache has to know it; undefined where that cannot be told without asking a server. */
async function identityOf(reference: ModelReference, opened: FoundModel["opened"]): Promise<ModelIdentity | undefined> {
  if (opened !== "on paper") return "fn" in opened ? opened.fn.identity() : undefined;
  // Others say themselves what they serve, or are started to say so.
  if (!["openai", "azure", "http"].includes(reference.class)) return undefined;
  try {
    return await (await reference.open()).identity();
  } catch (error) {
    // What is wrong with it is for the run to say: a dry run goes on without.
    if (error instanceof FinegaugeError) return undefined;
    throw error;
  }
}

function refuseTooMuch(pairs: readonly Pair[], { budget }: MatrixOptions): void {
  if (budget === undefined) return;
  refuseBeyond(budget.limits, pairs);
}

/** One question for all runs of the command, after the first plan line. */
function askOnce(pairs: readonly Pair[], above: number, { budget, yes }: MatrixOptions): () => Promise<void> {
  const usd = pairs.reduce((sum, { prospect }) => sum + (prospect.left.usd ?? 0), 0);
  let asked = yes === true;
  return async () => {
    if (asked) return;
    asked = true;
    await confirmSpending(Math.min(usd, budget?.limits.usd ?? usd), above, terminalAsker());
  };
}

function announceOnPaper(
  { resolved, judges }: OpenEval,
  reference: ModelReference,
  prospect: Prospect,
  options: MatrixOptions,
): void {
  announce(
    {
      eval: resolved.spec.name,
      model: reference.name,
      prospect,
      local: isLocal(reference),
      width: widthOnPaper(reference, options.concurrency),
      sampling: mergedSampling(resolved.spec.sampling, reference.sampling, options.sampling),
      judges: judges.map(({ name }) => name),
    },
    options,
  );
}

/** What a server of one's own takes, only it can tell. */
function widthOnPaper({ class: name, concurrencyMax: most }: ModelReference, asked: number | undefined): WidthBounds | undefined {
  if (name === "llama-server" && most === undefined) return undefined;
  return widthOf(asked, most === undefined ? {} : { concurrency_max: most });
}

async function openModel(reference: ModelReference, alone: boolean, { budget }: MatrixOptions): Promise<OpenModel> {
  let fn: CompletionFn | undefined;
  try {
    fn = await reference.open();
    await fn.identity();
    return { fn: budget === undefined ? fn : budget.gate.guard(fn, reference) };
  } catch (error) {
    await fn?.close?.();
    if (alone || !isProviderFailure(error)) throw error;
    return { failure: error };
  }
}

/** Around the budget: what the cache answers costs nothing, and waits for nobody. A server that will be asked nothing is not looked for. */
async function throughCache(
  { reference, opened }: FoundModel,
  pairs: readonly Pair[],
  cache: CacheSession,
  alone: boolean,
): Promise<FoundModel["opened"]> {
  if (opened === "on paper" || "failure" in opened) return opened;
  const answered = pairs.every((pair) => pair.reference !== reference || pair.prospect.cached?.there === pair.prospect.requests);
  try {
    return { fn: await cache.through(opened.fn, answered) };
  } catch (error) {
    await opened.fn.close?.();
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
    note(`and ${counted(warnings.length - mostWarnings, "more warning")}: finegauge list evals --check`, options);
}

/** Concrete names, each once, in the order in which they were named. */
async function evalNames(opening: OpeningSetup, patterns: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  for (const pattern of patterns.flatMap((list) => list.split(",")).map((part) => part.trim())) {
    if (pattern !== "") names.push(...(await evalsOf(pattern, opening)));
  }
  return [...new Set(names)];
}

async function evalsOf(pattern: string, opening: OpeningSetup): Promise<readonly string[]> {
  try {
    return await opening.registry.matchEvals(pattern);
  } catch (error) {
    if (!(error instanceof FinegaugeError && error.code === "registry.unknown-name")) throw error;
    const models = await findModels([pattern], opening).catch(() => []);
    if (models.length === 0) throw error;
    throw new FinegaugeError(error.code, error.message, { ...error.more, hint: `${pattern} is a model: ${modelsFirst}` });
  }
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
