import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { type Collector, collectRun, openRunExpressions } from "../compare/index.ts";
import type { LeakScores } from "../core/comparison.ts";
import type { CompletionFn, Sampling } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import type { RunLeakage } from "../core/leakage.ts";
import { makeScorers } from "../core/make-scorers.ts";
import type { Observer } from "../core/observer.ts";
import type { EndLine } from "../core/run-line.ts";
import type { SampleSource } from "../core/sample.ts";
import { unanswered } from "../core/score.ts";
import { ulid } from "../core/ulid.ts";
import { type OpenJudge, planRun, type RunPace, type RunPlan, runEval, type Stop } from "../engine/index.ts";
import type { ResolvedEval, SampleOrder } from "../registry/index.ts";
import { type ListedRun, listRuns, runPath } from "../runs/index.ts";
import type { Context } from "./context.ts";
import type { Watched } from "./fail-fast.ts";
import type { CheckedLeakage } from "./leakage.ts";
import { counted } from "./numbers.ts";
import { isLocal, type ModelReference } from "./open-models.ts";
import { type PlanFacts, planLine, wrapParts } from "./plan-line.ts";
import type { Prospect } from "./price-prospect.ts";
import { note, type ProgressLine, startProgress } from "./progress.ts";
import { chooseResume, type ResumeOptions } from "./resume-choice.ts";
import { oneLine } from "./table.ts";
import { statusScreen } from "./terminal.ts";

/** What decides how a run is made. */
export interface PairOptions extends ResumeOptions {
  /** `groups` where an eval has some: each kept together, in random order. */
  readonly order: SampleOrder;
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
  /** Asks, once for all runs, whether as much may be spent; throws after a no. */
  readonly confirm?: (() => Promise<void>) | undefined;
  readonly observers: readonly Observer[];
  /** Makes an observer of each run's own. */
  readonly observe?: ((plan: RunPlan) => Observer) | undefined;
  /** Watches each run against its baseline. */
  readonly watch?: ((plan: RunPlan) => Promise<Watched>) | undefined;
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
  /** The newest complete run before this one of the same model, samples and sampling. */
  readonly previous: ListedRun | undefined;
  /** Of the samples that it asked; absent where the eval names no training data. `scores` where some are leaked. */
  readonly leakage?: (RunLeakage & { readonly scores?: LeakScores }) | undefined;
  /** What it was watched against, when it was to fail fast. */
  readonly watched?: Watched | undefined;
}

/** An eval whose every sample was read and checked. */
export interface OpenEval {
  readonly resolved: ResolvedEval;
  readonly source: SampleSource;
  /** Who grades its replies; empty when its scorer asks nobody. */
  readonly judges: readonly OpenJudge[];
  readonly order: SampleOrder;
  /** Undefined where the eval names no training data. */
  readonly checked: CheckedLeakage | undefined;
}

/**
 * Runs one model on one eval: says what will be asked, goes on with an unfinished run if there is one, shows how far it is.
 *
 * @returns undefined for a dry run
 * @throws FinegaugeError when it cannot begin
 */
export async function runPair(
  context: Context,
  options: PairOptions,
  opened: OpenEval,
  reference: ModelReference,
  fn: CompletionFn,
  prospect: Prospect,
): Promise<FinishedRun | undefined> {
  const plan = await planPair(context, options, opened, reference, fn);
  const watched = await options.watch?.(plan);
  const { settings, environment } = context;
  const started = new Date();
  const id = ulid(started.getTime(), randomBytes(10));
  const target = { id, started: started.toISOString(), eval: plan.line.eval, completion_fn: plan.line.completion_fn };
  const file = runPath(settings.out, target);
  const previous = previousRun(dirname(file), plan);
  announce(
    {
      eval: plan.line.eval,
      model: plan.line.completion_fn,
      prospect,
      local: isLocal(reference),
      width: plan.width,
      device: fn.describe?.(),
      sampling: plan.sampling,
      judges: plan.judges.map(({ name }) => name),
    },
    options,
  );
  if (options.dryRun) return undefined;

  const resumed = await chooseResume(plan, dirname(file), settings.out, options);
  await options.confirm?.();
  await opened.checked?.keep();
  const pairs = plan.source.selected * plan.attempts;
  const expressions = await openRunExpressions(plan.spec.metrics);
  const collector = collectRun({ spec: plan.spec, selected: pairs, attempts: plan.attempts, expressions });
  const failures = watchFailures();
  const progress = { inFlight: 0, finished: 0 };
  const show = () =>
    options.quiet
      ? undefined
      : showProgress(plan, collector, failures, { total: pairs, done: () => before + progress.finished, pace: () => pace });
  let pace: RunPace["gate"] | undefined;
  // Of a resumed run only once its old lines are read: they say nothing about the speed.
  let before = 0;
  let shown = resumed === undefined ? show() : undefined;
  try {
    const outcome = await runEval({
      plan,
      target:
        resumed === undefined ? { file, id, started: target.started } : { resume: resumed.file, width: resumed.end?.width?.last },
      onPace: ({ gate }) => {
        pace = gate;
      },
      tally: collector,
      observers: [
        failures,
        ...(options.debug ? [tellTries(() => shown)] : []),
        ...options.observers,
        ...(options.observe === undefined ? [] : [options.observe(plan)]),
        ...(watched === undefined ? [] : [watched.watch]),
      ],
      stop: options.stop,
      progress,
      redact: environment.redact,
      redactLine: environment.redactLine,
      maxErrorRate: options.maxErrorRate,
      onResumed: ({ done, droppedErrors }) => {
        const again = droppedErrors > 0 ? `, asking ${droppedErrors} again that ended in errors` : "";
        note(`${done.count} of ${pairs} are there already${again}`, options);
        before = done.count;
        shown = show();
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
      leakage: plan.leakage && withScores(plan.leakage.facts, collector.leakScores()),
      watched,
    };
  } finally {
    shown?.stop();
  }
}

/** The plan line, on stderr. */
export function announce(facts: PlanFacts, options: Pick<PairOptions, "announce" | "quiet">): void {
  if (options.announce) note(wrapParts(planLine(facts), process.stderr.isTTY ? process.stderr.columns : undefined), options);
}

async function planPair(
  context: Context,
  options: PairOptions,
  { resolved, source, judges, order, checked }: OpenEval,
  reference: ModelReference,
  fn: CompletionFn,
): Promise<RunPlan> {
  const { spec } = resolved;
  return planRun({
    spec,
    source,
    order,
    fn,
    scorers: makeScorers(spec, resolved.kinds),
    judges,
    wrap: resolved.wrap,
    sampling: mergedSampling(spec.sampling, reference.sampling, options.sampling),
    attempts: options.attempts,
    seed: options.seed,
    inputs: options.inputs,
    concurrency: options.concurrency,
    prices: reference.price?.source,
    leakage: checked?.known,
    tool: context.tool,
  });
}

function withScores(facts: RunLeakage, scores: LeakScores | undefined): FinishedRun["leakage"] {
  return { ...facts, ...(scores && { scores }) };
}

/** Later ones win, field by field; what goes into the request besides is put together likewise. */
export function mergedSampling(...layers: readonly Sampling[]): Sampling {
  const extra = Object.assign({}, ...layers.map((layer) => layer.extra));
  return Object.assign({}, ...layers, Object.keys(extra).length > 0 ? { extra } : {});
}

function previousRun(folder: string, plan: RunPlan): ListedRun | undefined {
  const { line } = plan;
  return listRuns(folder).find(
    ({ run, end }) =>
      end?.status === "complete" && run.eval === line.eval && run.completion_fn === line.completion_fn && isAlike(run, line),
  );
}

/** The same samples, asked the same way: whatever differs then is the model's doing. */
function isAlike(a: RunPlan["line"], b: RunPlan["line"]): boolean {
  const decisive = ({ data, attempts, sampling, scorers, judges }: RunPlan["line"]) =>
    canonicalJson([data, attempts, sampling, scorers, judges]);
  return decisive(a) === decisive(b);
}

/** Counts errors for the progress line, and remembers the last of each kind for the message at the end. */
function watchFailures(): Observer & { count(): number; error(reason: string | undefined): FinegaugeError } {
  let errors = 0;
  let ungraded = 0;
  const last = new Map<string, string>();
  return {
    observeScores({ scores }) {
      const code = unanswered(scores);
      if (code === undefined) return;
      ungraded++;
      last.set(code, scores.find(({ unscored }) => unscored?.code === code)?.unscored?.message ?? "");
    },
    observe({ error }, earlier) {
      if (error === undefined || earlier) return;
      errors++;
      last.set(error.code, error.message);
    },
    count: () => errors,
    error(reason) {
      const [code, message] = [...last].at(-1) ?? [reason, undefined];
      const said = last.get(reason ?? "") ?? message ?? "the run failed";
      const shown = reason !== undefined && last.has(reason) ? reason : (reason ?? code ?? "internal");
      return new FinegaugeError(
        shown as FinegaugeError["code"],
        ungraded > errors
          ? `${counted(ungraded, "sample")} got no grade, the last because ${said}`
          : `${counted(errors, "sample")} got no reply, the last because ${said}`,
        {
          hint: last.has("cache.miss")
            ? "--cache on asks for what is not there"
            : "mend the cause and run the same command again: what was answered is not asked twice",
        },
      );
    },
  };
}

/** Under --debug: one line for each failed request. */
function tellTries(progress: () => ProgressLine | undefined): Observer {
  return {
    observe({ id, attempt, error, completion }, earlier) {
      if (earlier) return;
      for (const { code, status, ms, wait_ms } of error?.tries ?? completion?.tries ?? []) {
        progress()?.clear();
        note(
          `${oneLine(id, 80)}#${attempt}: ${code}${status === undefined ? "" : ` ${status}`} after ${ms} ms, waited ${wait_ms} ms`,
          {},
        );
      }
    },
  };
}

function showProgress(
  plan: RunPlan,
  collector: Collector,
  failures: { count(): number },
  { total, done, pace }: { total: number; done(): number; pace(): RunPace["gate"] | undefined },
): ProgressLine {
  const isFixed = plan.width.least === plan.width.most;
  return startProgress(
    `${plan.line.eval} on ${plan.line.completion_fn}`,
    () => {
      const { accuracy } = collector.running();
      const { model } = collector.usage();
      return {
        done: done(),
        total,
        width: isFixed ? undefined : pace()?.width,
        waitMs: Math.max(0, (pace()?.pausedUntil ?? 0) - performance.now()),
        errors: failures.count(),
        tokens: model.input + model.output,
        accuracy,
        cost: collector.cost().model,
      };
    },
    statusScreen(),
  );
}
