import { type ErrorCode, FinegaugeError } from "../core/errors.ts";
import type { Observer, Tally } from "../core/observer.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";
import type { Sample } from "../core/sample.ts";
import { createRun, type Recovered, type RunWriter, readRun, resumeRun } from "../runs/index.ts";
import { type Clock, systemClock } from "./clock.ts";
import { planAsks } from "./plan-asks.ts";
import type { RunPlan } from "./plan-run.ts";
import { defaultRetry, type RetryPolicy } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import { type Progress, recordLate, runSamples, type SamplesSetup } from "./run-samples.ts";
import type { Stop } from "./stop.ts";
import { storedReplies } from "./stored-replies.ts";

export interface RunOptions {
  readonly plan: RunPlan;
  /** Where the run is written. `resume`: the file is there already, and is gone on with. */
  readonly target: { readonly file: string; readonly id: string; readonly started: string } | { readonly resume: string };
  readonly tally: Tally;
  readonly observers?: readonly Observer[];
  readonly stop: Stop;
  readonly progress: Progress;
  /** Takes keys and places of this machine out of a message. */
  readonly redact: (text: string) => string;
  /** Takes known secrets out of a whole line of the run file; cheap. */
  readonly redactLine: (line: string) => string;
  /** Told once it is known how much an earlier session has done. */
  readonly onResumed?: (recovered: Recovered) => void;
  /** Share of errors above which a run is no result; default 0.01. */
  readonly maxErrorRate?: number;
  readonly retry?: RetryPolicy;
  readonly clock?: Clock;
}

export interface RunOutcome {
  /** undefined: nobody answered at all, and no file was kept. */
  readonly file: string | undefined;
  readonly end: EndLine;
  readonly reason: ErrorCode | undefined;
}

/**
 * Runs one eval on one completion function into one run file, or goes on with one.
 *
 * Ends in a last line whatever happens short of a kill: complete, stopped (by a person or a budget) or failed.
 */
export async function runEval(options: RunOptions): Promise<RunOutcome> {
  const { plan, tally, stop, clock = systemClock } = options;
  const startedAt = clock.monotonic();
  const { writer, recovered } = await openTarget(options);
  const setup = samplesSetup(options, writer, recovered, clock, startedAt);
  try {
    await scoreWhatIsWaiting(setup, plan, recovered, writer.file);
    await runSamples(setup);
  } catch (error) {
    await writer.abandon();
    throw error;
  }

  const reason = stop.reason();
  const counts = tally.counts();
  const tooMany = counts.errors > (options.maxErrorRate ?? 0.01) * counts.selected;
  const failed = reason !== undefined ? isFailure(reason) : tooMany;
  const why = reason ?? (tooMany ? "run.too-many-errors" : undefined);
  const end: EndLine = {
    type: "end",
    at: new Date(clock.now()).toISOString(),
    status: failed ? "failed" : reason !== undefined || counts.done + counts.errors < counts.selected ? "stopped" : "complete",
    ...(why !== undefined && { reason: why }),
    counts,
    metrics: [...tally.metrics()],
    served: tally.served(),
    usage: tally.usage(),
    cost: tally.cost(),
    wall_ms: Math.round(clock.monotonic() - startedAt) + (recovered?.wallMs ?? 0),
  };
  if (failed && counts.done === 0) {
    await writer.remove();
    return { file: undefined, end, reason: why };
  }
  await writer.end(end);
  return { file: writer.file, end, reason: why };
}

function isFailure(reason: ErrorCode): boolean {
  return reason !== "run.interrupted" && reason !== "run.budget-spent";
}

async function openTarget(options: RunOptions): Promise<{ writer: RunWriter; recovered: Recovered | undefined }> {
  const { plan, target, tally, observers = [], redactLine, clock = systemClock } = options;
  if (!("resume" in target)) {
    const { type, format, ...rest } = plan.line;
    const line: RunLine = { type, format, id: target.id, ...rest, started: target.started };
    return { writer: createRun(target.file, line, redactLine), recovered: undefined };
  }
  const resumed = await resumeRun(
    target.resume,
    {
      resumeHash: plan.line.resume_hash,
      tool: plan.tool,
      build: plan.line.model.build,
      at: new Date(clock.now()).toISOString(),
    },
    {
      sample(line) {
        tally.observe(line);
        for (const observer of observers) observer.observe(line);
      },
      score(line) {
        tally.observeScores?.(line);
        for (const observer of observers) observer.observeScores?.(line);
      },
    },
    redactLine,
  );
  options.onResumed?.(resumed.recovered);
  return resumed;
}

function samplesSetup(
  options: RunOptions,
  writer: RunWriter,
  recovered: Recovered | undefined,
  clock: Clock,
  startedAt: number,
): SamplesSetup {
  const { plan, tally, observers = [], stop, redact, retry = defaultRetry, progress } = options;
  const { sampling } = plan;
  return {
    source: plan.source,
    attempts: plan.attempts,
    seed: plan.seed,
    sampling,
    seedAttempts: sampling.seed !== undefined && plan.attempts > 1,
    topLogprobs: plan.topLogprobs,
    concurrency: plan.concurrency,
    inputs: plan.inputs,
    keptMetadata: keptMetadata(plan),
    wrap: plan.wrap,
    asking: {
      fn: plan.fn,
      retry,
      budget: retryBudget(retry.budget),
      clock,
      stop,
      random: seededRandom(seedFrom(`${plan.seed}:retry`)),
      redact,
      startedAt,
    },
    scoring: { scorers: plan.scorers, judges: plan.judges, seed: plan.seed, signal: stop.drop, redact },
    isDone: recovered === undefined ? () => false : recovered.done.has,
    append: (line) => {
      try {
        writer.append(line);
      } catch (error) {
        // A full disk is no defect: the run ends here, and its file can be gone on with.
        stop.request(error instanceof FinegaugeError ? error.code : "internal", true);
        throw error;
      }
    },
    tally,
    observers,
    progress,
  };
}

/** Under --no-inputs only what slices and groups need of the metadata is kept. */
function keptMetadata({ spec }: RunPlan): ReadonlySet<string> {
  const paths = [...(spec.slices ?? []), ...(spec.group_by === undefined ? [] : [spec.group_by])];
  return new Set(paths.flatMap((path) => (path.startsWith("metadata.") ? [path.split(".")[1] as string] : [])));
}

/** Replies that an interrupted session recorded, but whose late scores never came. They are scored, not asked again. */
async function scoreWhatIsWaiting(
  setup: SamplesSetup,
  plan: RunPlan,
  recovered: Recovered | undefined,
  file: string,
): Promise<void> {
  if (recovered === undefined || !plan.scorers.some((scorer) => scorer.late)) return;
  if (recovered.lateScored.count === recovered.done.count) return;
  for await (const line of (await readRun(file)).samples()) {
    if (setup.asking.stop.drain.aborted) return;
    if (recovered.lateScored.has(line.seq)) continue;
    const sample: Sample = plan.source.at(plan.source.positionOf(line.index));
    const asks = planAsks(plan.scorers, sample);
    await recordLate(setup, { seq: line.seq, attempt: line.attempt, sample }, asks, storedReplies(line, asks.asks));
  }
}
