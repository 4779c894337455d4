import type { ErrorCode } from "../core/errors.ts";
import type { Observer, Tally } from "../core/observer.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import { type EndLine, endLineSchema, type RunLine, runLineSchema } from "../core/run-line.ts";
import { createRun, type Recovered, type RunWriter, readRun, resumeRun } from "../runs/index.ts";
import { type Clock, systemClock } from "./clock.ts";
import { failureWatch } from "./failure-watch.ts";
import { openPace, type Pace } from "./pace.ts";
import { askPlanner } from "./plan-asks.ts";
import type { RunPlan } from "./plan-run.ts";
import { defaultRetry, type RetryPolicy } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import { type Progress, recordLate, runSamples, type SamplesSetup } from "./run-samples.ts";
import { type Stop, stopWithin } from "./stop.ts";
import { storedReplies } from "./stored-replies.ts";
import { widthOf } from "./width.ts";

export interface RunOptions {
  readonly plan: RunPlan;
  /** Where the run is written. `resume`: the file is there already, and is gone on with. */
  readonly target:
    | { readonly file: string; readonly id: string; readonly started: string }
    | {
        readonly resume: string;
        /** The width that the session before had found. */
        readonly width?: number | undefined;
      };
  readonly tally: Tally;
  readonly observers?: readonly Observer[];
  /** The caller's, perhaps of several runs: stops this one too. A failure of this run does not touch it. */
  readonly stop: Stop;
  readonly progress: Progress;
  /** Takes keys and places of this machine out of a message. */
  readonly redact: (text: string) => string;
  /** Takes known secrets out of a whole line of the run file; cheap. */
  readonly redactLine: (line: string) => string;
  /** Told once it is known how much an earlier session has done. */
  readonly onResumed?: (recovered: Recovered) => void;
  /** Handed the run's pace before anything is asked: who looks sees how wide it goes, and whether it waits. */
  readonly onPace?: (pace: RunPace) => void;
  /** Share of errors above which a run is no result; default 0.01. */
  readonly maxErrorRate?: number;
  readonly retry?: RetryPolicy;
  readonly clock?: Clock;
}

/** How wide a run goes, and whether it waits; for whoever shows it. */
export type RunPace = Pick<Pace, "gate">;

export interface RunOutcome {
  /** undefined: nobody answered at all, and no file was kept. */
  readonly file: string | undefined;
  readonly end: EndLine;
  /** Why it stopped or failed; also of a stop that came too late to cut anything off. */
  readonly reason: ErrorCode | undefined;
}

/**
 * Runs one eval on one completion function into one run file, or goes on with one.
 *
 * Ends in a last line whatever happens short of a kill or a defect: complete, stopped (by a person or a budget) or failed. After a
 * defect the file is unfinished, and whole as far as it goes.
 *
 * @throws what `createRun` and `resumeRun` throw, `run.disk`, and defects of scorers' and functions' code
 */
export async function runEval(options: RunOptions): Promise<RunOutcome> {
  const stop = stopWithin(options.stop);
  const { scorers } = options.plan;
  try {
    for (const scorer of scorers) await scorer.start?.();
    const outcome = await runToItsEnd({ ...options, stop });
    // What is no failure of this run alone, such as a spent budget, ends those after it too.
    if (outcome.reason !== undefined && !isFailure(outcome.reason)) options.stop.request(outcome.reason);
    return outcome;
  } finally {
    stop.release();
    for (const scorer of scorers) await scorer.close?.();
  }
}

async function runToItsEnd(options: RunOptions): Promise<RunOutcome> {
  const { plan, stop, clock = systemClock } = options;
  const startedAt = clock.monotonic();
  const { writer, recovered } = await openTarget(options);
  let end: EndLine;
  try {
    if (recovered !== undefined) options.onResumed?.(recovered);
    const setup = samplesSetup(options, writer, recovered, clock, startedAt);
    options.onPace?.(setup.asking.pace);
    const whole = (await scoreWhatIsWaiting(setup, plan, recovered, writer.file)) && (await runSamples(setup));
    const wallMs = Math.round(clock.monotonic() - startedAt) + (recovered?.wallMs ?? 0);
    const width = setup.asking.pace.gate.found(clock.monotonic());
    end = endLine(options, { whole, wallMs, at: new Date(clock.now()).toISOString(), width });
  } catch (error) {
    // A file that cannot be closed either is no news beside what went wrong first.
    await writer.abandon().catch(() => {});
    throw error;
  }
  const reason = (end.reason as ErrorCode | undefined) ?? stop.reason();
  const { status, counts } = end;
  if (status === "failed" && counts.done === counts.errors) {
    await writer.remove();
    return { file: undefined, end, reason };
  }
  await writer.end(end);
  return { file: writer.file, end, reason };
}

/** @param whole every sample was finished: a stop that came too late to cut anything off leaves the run complete */
function endLine(
  { plan, tally, stop, maxErrorRate = 0.01 }: RunOptions,
  { whole, wallMs, at, width }: { whole: boolean; wallMs: number; at: string; width: EndLine["width"] },
): EndLine {
  const asked = stop.reason();
  const counts = tally.counts();
  const tooMany = counts.errors > maxErrorRate * plan.source.selected * plan.attempts;
  const broken = asked !== undefined && isFailure(asked) ? asked : whole && tooMany ? "run.too-many-errors" : undefined;
  const reason = broken ?? (whole ? undefined : asked);
  // What no reader would take must not be written: it would make all that was paid for unreadable.
  return endLineSchema.parse({
    type: "end",
    at,
    status: broken !== undefined ? "failed" : whole ? "complete" : "stopped",
    ...(reason !== undefined && { reason }),
    counts,
    metrics: [...tally.metrics()],
    served: tally.served(),
    usage: tally.usage(),
    cost: tally.cost(),
    cached: tally.cached(),
    wall_ms: wallMs,
    width,
  } satisfies EndLine);
}

/** A run that was stopped on purpose did not fail. */
const stops: ReadonlySet<ErrorCode> = new Set(["run.interrupted", "run.budget-spent", "run.early-fail"]);

function isFailure(reason: ErrorCode): boolean {
  return !stops.has(reason);
}

async function openTarget(options: RunOptions): Promise<{ writer: RunWriter; recovered: Recovered | undefined }> {
  const { plan, target, tally, observers = [], redactLine, clock = systemClock } = options;
  if (!("resume" in target)) {
    const { type, format, ...rest } = plan.line;
    const line: RunLine = { type, format, id: target.id, ...rest, started: target.started };
    return { writer: createRun(target.file, runLineSchema.parse(line), redactLine), recovered: undefined };
  }
  return resumeRun(
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
        for (const observer of observers) observer.observe(line, true);
      },
      score(line) {
        tally.observeScores?.(line);
        for (const observer of observers) observer.observeScores?.(line);
      },
    },
    redactLine,
  );
}

function samplesSetup(
  options: RunOptions,
  writer: RunWriter,
  recovered: Recovered | undefined,
  clock: Clock,
  startedAt: number,
): SamplesSetup {
  const { plan, target, tally, observers = [], stop, redact, retry = defaultRetry, progress } = options;
  // Runs side by side must not all come back at the same moment, whatever their seed.
  const random = seededRandom(seedFrom(writer.file));
  const found = "resume" in target ? target.width : undefined;
  const width = found === undefined ? plan.width : widthOf(plan.concurrency, plan.capabilities, found);
  return {
    source: plan.source,
    attempts: plan.attempts,
    seed: plan.seed,
    sampling: plan.sampling,
    topLogprobs: plan.topLogprobs,
    workers: plan.width.most,
    inputs: plan.inputs,
    keptPaths: keptPaths(plan),
    leakOf: plan.leakage?.kindOf,
    wrap: wrapOf(plan),
    asking: {
      fn: plan.fn,
      pace: openPace({ width, clock, stop, random }),
      retry,
      budget: retryBudget(retry.budget),
      clock,
      stop,
      random,
      redact,
      startedAt,
    },
    scoring: { scorers: plan.scorers, judges: plan.judges, seed: plan.seed, signal: stop.drop, redact },
    isDone: recovered === undefined ? () => false : recovered.done.has,
    doneBefore: recovered?.done.count ?? 0,
    append: writer.append,
    tally,
    observers,
    progress,
    judgeWatch: failureWatch((recovered?.lateScored.count ?? 0) > 0),
  };
}

/** The completion function's own wrapping comes around the eval's. */
function wrapOf({ wrap: inner, fn }: RunPlan): SamplesSetup["wrap"] {
  if (fn.wrap === undefined) return inner;
  const outer = fn.wrap.bind(fn);
  return inner === undefined ? outer : (prompt) => outer(inner(prompt));
}

function keptPaths({ spec }: RunPlan): string[] {
  const paths = new Set([...(spec.slices ?? []), ...(spec.group_by === undefined ? [] : [spec.group_by])]);
  return [...paths].filter((path) => /^(metadata|fields)\../.test(path));
}

/**
 * Replies that an earlier session recorded, but whose late scores never came, or whose judges could not be reached. They are scored,
 * not asked again.
 *
 * @returns false when a stop left some of them waiting
 */
async function scoreWhatIsWaiting(
  setup: SamplesSetup,
  plan: RunPlan,
  recovered: Recovered | undefined,
  file: string,
): Promise<boolean> {
  if (recovered === undefined || !plan.scorers.some((scorer) => scorer.late)) return true;
  if (recovered.lateScored.count === recovered.done.count) return true;
  const planOf = askPlanner(plan.scorers);
  const lateSetup = { ...setup, stop: setup.asking.stop };
  const inHand = new Set<Promise<void>>();
  let finished = true;
  let defect: { readonly thrown: unknown } | undefined;
  for await (const { seq, attempt, index, ...line } of (await readRun(file)).samples()) {
    if (recovered.lateScored.has(seq)) continue;
    if (setup.asking.stop.drain.aborted || !finished) {
      finished = false;
      break;
    }
    const sample = plan.source.at(plan.source.positionOf(index));
    const asks = planOf(sample);
    const recording = Promise.resolve(recordLate(lateSetup, { seq, attempt, sample }, asks, storedReplies(line, asks.asks)))
      .then(
        (whole) => {
          finished &&= whole;
        },
        (thrown: unknown) => {
          finished = false;
          defect ??= { thrown };
        },
      )
      .finally(() => inHand.delete(recording));
    inHand.add(recording);
    if (inHand.size >= plan.width.most) await Promise.race(inHand);
  }
  await Promise.all(inHand);
  if (defect !== undefined) throw defect.thrown;
  return finished;
}
