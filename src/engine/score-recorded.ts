import type { ErrorCode } from "../core/errors.ts";
import type { Observer, Tally } from "../core/observer.ts";
import { type EndLine, endLineSchema, type RunLine, runLineSchema, type SampleLine } from "../core/run-line.ts";
import type { Sample } from "../core/sample.ts";
import type { Score, Scorer } from "../core/score.ts";
import { createRun, resumeRun } from "../runs/index.ts";
import { failureWatch } from "./failure-watch.ts";
import type { OpenJudge } from "./open-judge.ts";
import { recordedReplies } from "./recorded-replies.ts";
import { type LateSetup, recordLate } from "./run-samples.ts";
import { type ScoringSetup, scoreNow } from "./score-sample.ts";
import { type Stop, stopWithin } from "./stop.ts";

/** Replies of a run that judges are to be asked about. */
export interface RecordedRun {
  /** Of the new run, whose file it goes into; `resume`: the file is there already, and is gone on with. */
  readonly line: RunLine;
  readonly file: string;
  readonly resume: boolean;
  /** Of the recorded run; each call from the beginning. */
  samples(): AsyncIterable<SampleLine>;
  /** How the recorded run ended; undefined: it did not. */
  readonly end: Pick<EndLine, "status" | "reason"> | undefined;
  /** What a line was asked, and the line as it is to be written; undefined when it cannot be scored again. */
  read(line: SampleLine): { readonly sample: Sample; readonly line: SampleLine } | undefined;
  /** Stands in place of the scores of a reply that cannot be scored. */
  readonly notScored: Score;
  readonly scorers: readonly Scorer[];
  /** The scorers that the recorded run asked for. */
  readonly recorded: readonly Scorer[];
  readonly judges: readonly OpenJudge[];
  /** Replies in hand at once. */
  readonly concurrency: number;
  readonly tally: Tally;
  readonly observers: readonly Observer[];
  readonly stop: Stop;
  readonly redact: (text: string) => string;
  readonly redactLine: (line: string) => string;
  readonly now: () => number;
}

export interface RecordedOutcome {
  readonly end: EndLine;
  /** Replies that could not be scored again; errors are none. */
  readonly cannot: number;
}

/**
 * Scores recorded replies by scorers some of which ask judges, into a run file of its own, written as the grades come: what is paid for
 * is on disk, and a scoring that was stopped is gone on with.
 *
 * @throws what `createRun` and `resumeRun` throw, `run.disk`
 */
export async function scoreRecorded(options: RecordedRun): Promise<RecordedOutcome> {
  const { line: head, file, scorers, judges, tally, observers, redact, redactLine } = options;
  const startedAt = options.now();
  const stop = stopWithin(options.stop);
  const at = () => new Date(options.now()).toISOString();
  const seen = (line: SampleLine, earlier: boolean) => {
    tally.observe(line);
    for (const observer of observers) observer.observe(line, earlier);
  };
  const { writer, recovered } = options.resume
    ? await resumeRun(
        file,
        { resumeHash: head.resume_hash, tool: head.tool, at: at() },
        { sample: (line) => seen(line, true), score: (line) => tally.observeScores?.(line) },
        redactLine,
      )
    : { writer: createRun(file, runLineSchema.parse(head), redactLine), recovered: undefined };
  try {
    for (const scorer of scorers) await scorer.start?.();
    const scoring: ScoringSetup = { scorers, judges, seed: head.data.seed, signal: stop.drop, redact };
    const judgeWatch = failureWatch((recovered?.lateScored.count ?? 0) > 0);
    const late: LateSetup = { scoring, append: writer.append, tally, observers, judgeWatch, stop };
    const find = recordedReplies(scorers, options.recorded);
    const inHand = new Set<Promise<void>>();
    let [whole, cannot] = [true, 0];
    let defect: { readonly thrown: unknown } | undefined;

    const put = (line: SampleLine) => {
      if (recovered?.done.has(line.seq)) return;
      writer.append(`${JSON.stringify(line)}\n`);
      seen(line, false);
      for (const observer of observers) {
        const code = observer.stop?.();
        if (code) stop.request(code);
      }
    };
    for await (const recordedLine of options.samples()) {
      if (stop.drain.aborted || defect !== undefined) {
        whole = false;
        break;
      }
      const { seq, attempt } = recordedLine;
      if (recovered?.lateScored.has(seq)) continue;
      const read = recordedLine.error === undefined ? options.read(recordedLine) : undefined;
      const found = read && find(read.sample, recordedLine);
      if (read === undefined || found === undefined) {
        if (recordedLine.error === undefined) cannot++;
        put(recordedLine.error === undefined ? { ...recordedLine, scores: [options.notScored] } : recordedLine);
        continue;
      }
      const { plan, replies } = found;
      put({ ...read.line, scores: scoreNow(scoring, read.sample, attempt, plan, replies) });
      const recording: Promise<void> = Promise.resolve(recordLate(late, { seq, attempt, sample: read.sample }, plan, replies))
        .then(
          (done) => {
            whole &&= done;
          },
          (thrown: unknown) => {
            defect ??= { thrown };
          },
        )
        .finally(() => inHand.delete(recording));
      inHand.add(recording);
      if (inHand.size >= options.concurrency) await Promise.race(inHand);
    }
    await Promise.all(inHand);
    if (defect !== undefined) throw defect.thrown;
    const end = endOf(whole, stop.reason());
    await writer.end(end);
    return { end, cannot };
  } catch (error) {
    // A file that cannot be closed either is no news beside what went wrong first.
    await writer.abandon().catch(() => {});
    throw error;
  } finally {
    for (const scorer of scorers) await scorer.close?.();
    stop.release();
  }

  function endOf(whole: boolean, asked: ErrorCode | undefined): EndLine {
    const failed = asked?.startsWith("provider.") === true;
    const status = failed ? "failed" : whole ? (options.end?.status ?? "stopped") : "stopped";
    const reason = failed || !whole ? asked : options.end?.reason;
    return endLineSchema.parse({
      type: "end",
      at: at(),
      status,
      ...(reason !== undefined && { reason }),
      counts: tally.counts(),
      metrics: [...tally.metrics()],
      served: tally.served(),
      usage: tally.usage(),
      cost: tally.cost(),
      cached: tally.cached(),
      wall_ms: Math.round(options.now() - startedAt) + (recovered?.wallMs ?? 0),
    } satisfies EndLine);
  }
}
