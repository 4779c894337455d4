import { setImmediate as nextTurn } from "node:timers/promises";
import { type ErrorCode, FinegaugeError } from "../core/errors.ts";
import type { Observer, Tally } from "../core/observer.ts";
import type { ScoreLine } from "../core/run-line.ts";
import type { Sample, SampleSource } from "../core/sample.ts";
import { type Reply, unanswered } from "../core/score.ts";
import { askSample, type QuestionSetup, type WorkerContext, workerContext, wrapAsk } from "./ask-sample.ts";
import { type FailureWatch, failureWatch } from "./failure-watch.ts";
import { type AskPlan, askPlanner } from "./plan-asks.ts";
import { type Job, type LineSetup, sampleLine } from "./sample-line.ts";
import { type ScoringSetup, scoreLate, scoreNow } from "./score-sample.ts";
import type { Stop } from "./stop.ts";

/** Plain counters that a terminal reads when it likes. */
export interface Progress {
  inFlight: number;
  /** Replies and errors of this session. */
  finished: number;
}

export interface SamplesSetup extends QuestionSetup, LineSetup {
  readonly source: SampleSource;
  /** Questions in hand at once: as many as may ever be under way. */
  readonly workers: number;
  readonly scoring: ScoringSetup;
  /** Answered in an earlier session, and how many are. */
  readonly isDone: (seq: number) => boolean;
  readonly doneBefore: number;
  readonly append: (line: string) => void;
  readonly tally: Tally;
  readonly observers: readonly Observer[];
  readonly progress: Progress;
  /** Sees judges that cannot be reached any more. */
  readonly judgeWatch: FailureWatch;
}

/** What it takes to ask late scorers, and to record what they say. */
export interface LateSetup extends Pick<SamplesSetup, "scoring" | "append" | "tally" | "observers" | "judgeWatch"> {
  readonly stop: Stop;
}

/** A model that answers at once leaves no gap between two samples: after so many, timers, signals and the file get their turn. */
const jobsPerTurn = 256;

/**
 * Asks every sample that is not answered yet, as many at a time as the pace allows, and appends a line for each.
 *
 * @returns whether all were finished, late scores included: false after a stop that cut something off
 */
export async function runSamples(setup: SamplesSetup): Promise<boolean> {
  const { stop } = setup.asking;
  const jobs = pull(setup);
  const planOf = askPlanner(setup.scoring.scorers);
  const watch = failureWatch(setup.doneBefore > 0);
  const lateSetup: LateSetup = { ...setup, stop };
  const open = setup.source.selected * setup.attempts - setup.doneBefore;
  let finished = 0;
  let defect: { readonly thrown: unknown } | undefined;
  const fail = (thrown: unknown) => {
    // The others would only work on what is lost with this one; what they throw then is a consequence.
    defect ??= { thrown };
    stop.request(thrown instanceof FinegaugeError ? thrown.code : "internal", true);
  };
  const late = lateScores(Math.max(setup.workers, fewestLate), fail);

  const work = async () => {
    const context = workerContext(setup.asking);
    for (;;) {
      const next = await jobs.next();
      if (next.done === true) return;
      setup.progress.inFlight++;
      try {
        const outcome = await oneSample(setup, lateSetup, context, watch, next.value, planOf(next.value.sample));
        if (typeof outcome === "object") await late.add(outcome.late);
        else if (outcome) finished++;
      } finally {
        setup.progress.inFlight--;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(setup.workers, open) }, () => work().catch(fail)));
  finished += await late.finished();
  if (defect !== undefined) throw defect.thrown;
  return finished === open;
}

/** A model that answers one question at a time does not wait for its judges: so many replies may, before it does. */
const fewestLate = 20;

/** Late scores under way, beside the workers that ask the model. */
function lateScores(width: number, fail: (thrown: unknown) => void) {
  const inHand = new Set<Promise<void>>();
  let whole = 0;
  return {
    /** Waits only while there are too many. */
    async add(scoring: Promise<boolean>): Promise<void> {
      const recorded = scoring
        .then((done) => {
          if (done) whole++;
        }, fail)
        .finally(() => inHand.delete(recorded));
      inHand.add(recorded);
      if (inHand.size >= width) await Promise.race(inHand);
    },
    /** How many were finished, once all are: not those that a stop cut off. */
    async finished(): Promise<number> {
      await Promise.all(inHand);
      return whole;
    },
  };
}

/** Reads, parses and checks a sample only when a worker is free for it. */
async function* pull({ source, attempts, isDone, asking }: SamplesSetup): AsyncGenerator<Job, void, void> {
  const { drain } = asking.stop;
  let handedOut = 0;
  for (let position = 0; position < source.selected; position++) {
    let sample: Sample | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (drain.aborted) return;
      const seq = position * attempts + attempt;
      if (isDone(seq)) continue;
      sample ??= source.at(position);
      yield { seq, attempt, sample };
      if (++handedOut % jobsPerTurn === 0) await nextTurn();
    }
  }
}

/** @returns whether it was finished: false when a stop cut it off; `late` = as soon as the late scorers are */
async function oneSample(
  setup: SamplesSetup,
  lateSetup: LateSetup,
  context: WorkerContext,
  watch: FailureWatch,
  job: Job,
  plan: AskPlan,
): Promise<boolean | { readonly late: Promise<boolean> }> {
  const { attempt, sample } = job;
  const { asking, scoring, wrap } = setup;
  const asks = wrap === undefined ? plan.asks : plan.asks.map((ask) => wrapAsk(ask, wrap));
  const answers = await askSample(setup, context, asks, sample.id, attempt);
  if (answers === undefined) return false;
  const { replies, failure } = answers;

  const line = sampleLine(setup, job, asks, answers);
  if (failure === undefined) line.scores = scoreNow(scoring, sample, attempt, plan, replies);
  setup.append(`${JSON.stringify(line)}\n`);
  setup.progress.finished++;
  setup.tally.observe(line);
  for (const observer of setup.observers) {
    observer.observe(line);
    stopIfAsked(observer, asking.stop);
  }
  const giveUp = watch.saw(failure?.code as ErrorCode | undefined);
  if (giveUp !== undefined) asking.stop.request(giveUp, true);
  if (failure !== undefined) return true;
  const late = recordLate(lateSetup, job, plan, replies);
  return late instanceof Promise ? { late } : late;
}

/**
 * Asks the late scorers, if there are any, about replies that are on disk, and appends what they say.
 *
 * @returns false when a stop cut them off
 */
export function recordLate(setup: LateSetup, job: Job, plan: AskPlan, replies: readonly Reply[]): boolean | Promise<boolean> {
  if (!setup.scoring.scorers.some((scorer) => scorer.late)) return true;
  return askLateScorers(setup, job, plan, replies);
}

async function askLateScorers(setup: LateSetup, job: Job, plan: AskPlan, replies: readonly Reply[]): Promise<boolean> {
  const { seq, attempt, sample } = job;
  const scores = await scoreLate(setup.scoring, sample, attempt, plan, replies);
  if (scores === undefined) return false;
  const line: ScoreLine = { type: "score", id: sample.id, attempt, seq, index: sample.index, scores };
  setup.append(`${JSON.stringify(line)}\n`);
  const giveUp = setup.judgeWatch.saw(unanswered(scores) as ErrorCode | undefined);
  // The model is not at fault: what it is answering is waited for, and kept.
  if (giveUp !== undefined) setup.stop.request(giveUp);
  setup.tally.observeScores?.(line);
  for (const observer of setup.observers) {
    observer.observeScores?.(line);
    stopIfAsked(observer, setup.stop);
  }
  return true;
}

function stopIfAsked(observer: Observer, stop: Stop): void {
  const code = observer.stop?.();
  if (code) stop.request(code);
}
