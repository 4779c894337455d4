import { basename, dirname } from "node:path";
import { collectRun } from "../compare/index.ts";
import { type ErrorCode, exitCodes } from "../core/errors.ts";
import type { EndLine, RunLine, SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { createStop, scoreRecorded } from "../engine/index.ts";
import { listRuns, runPath, type StoredRun } from "../runs/index.ts";
import { parseBudget } from "./budget.ts";
import { openBudgetGate } from "./budget-gate.ts";
import { type CommonOptions, openContext } from "./context.ts";
import { counted } from "./numbers.ts";
import { openJudges } from "./open-judges.ts";
import { note, startProgress } from "./progress.ts";
import type { RescoreTarget } from "./rescore-target.ts";
import { sampleCheck, sampleOf, scorersHere, withIdeal } from "./score-again.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { statusScreen } from "./terminal.ts";

export interface JudgedOptions extends CommonOptions {
  readonly judge?: string;
  readonly budget?: readonly string[];
  readonly concurrency?: number | "auto";
  readonly timeout?: number;
}

export interface Judged {
  readonly file: string;
  readonly end: EndLine;
  readonly cannot: number;
}

/** Replies in hand at once; judges that take fewer wait for themselves. */
const width = 100;

/**
 * Has judges grade the recorded replies of a run, into a run of its own; goes on with one that was stopped.
 *
 * @param lineOf the first line of the new run, for its judges
 * @param notScored stands for a reply that cannot be scored again
 */
export async function rescoreJudged(
  stored: StoredRun,
  target: RescoreTarget,
  lineOf: (more: Pick<RunLine, "judges"> & { readonly asked: unknown }) => RunLine,
  notScored: Score,
  options: JudgedOptions,
): Promise<Judged> {
  const { settings, environment, registry } = await openContext(options);
  const { spec, recorded, found, ideals } = target;
  const stop = createStop();
  const release = stopOnSignals(stop);
  const limits = options.budget === undefined ? undefined : parseBudget(options.budget);
  const gate = limits && openBudgetGate(limits, stop);
  const judges = openJudges({
    registry,
    environment,
    concurrency: settings.concurrency,
    timeoutMs: settings.timeoutMs,
    timeoutAsked: options.timeout,
    named: options.judge?.split(",").filter((name) => name.trim() !== ""),
    dryRun: false,
    stop,
    redact: environment.redact,
    gate,
  });
  try {
    const graders = await judges.of({ spec, kinds: found.kinds });
    const asked = graders.map(({ identity, sampling }) => ({ identity, sampling }));
    const line = lineOf({ judges: graders.map(({ identity }) => identity), asked });
    const fresh = runPath(settings.out, line);
    const unfinished = listRuns(dirname(fresh)).find(
      ({ run, end, locked }) => run.resume_hash === line.resume_hash && end?.status !== "complete" && !locked,
    );
    const { attempts, data } = line;
    const pairs = data.selected * attempts;
    const names = graders.map(({ name }) => name).join(", ");
    note(
      `plan  ${counted(pairs, "recorded sample")} of ${stored.run.eval} on ${stored.run.completion_fn}${names === "" ? "" : `, judged by ${names}`}`,
      options,
    );
    if (unfinished !== undefined) note(`going on with ${basename(unfinished.file)}`, options);
    const collector = collectRun({ spec, selected: pairs, attempts });
    const takes = sampleCheck(spec, found);
    let graded = 0;
    const shown = options.quiet
      ? undefined
      : startProgress(
          `${line.eval} on ${line.completion_fn}, graded`,
          () => {
            const { judge } = collector.usage();
            const tokens = judge.input + judge.output;
            return {
              done: graded,
              total: pairs,
              errors: 0,
              tokens,
              accuracy: collector.running().accuracy,
              cost: collector.cost().judge,
            };
          },
          statusScreen(),
        );
    try {
      const { end, cannot } = await scoreRecorded({
        line: unfinished?.run ?? line,
        file: unfinished?.file ?? fresh,
        resume: unfinished !== undefined,
        samples: stored.samples,
        end: stored.end,
        read(one: SampleLine) {
          const ideal = ideals?.get(one.hashes.item);
          const sample = sampleOf(one, ideal);
          if (sample === undefined || !takes(sample)) return undefined;
          return { sample, line: ideal === undefined ? one : withIdeal(one, ideal) };
        },
        notScored,
        scorers: found.scorers,
        recorded: (await scorersHere(recorded))?.scorers ?? [],
        judges: graders,
        concurrency: settings.concurrency ?? width,
        tally: collector,
        observers: [{ observe() {}, observeScores: () => void graded++ }, ...(gate === undefined ? [] : [gate.observer])],
        stop,
        redact: environment.redact,
        redactLine: environment.redactLine,
        now: () => Date.now(),
      });
      const reason = end.status === "failed" ? (end.reason as ErrorCode) : stop.reason();
      if (reason !== undefined) process.exitCode = exitCodes[reason];
      return { file: unfinished?.file ?? fresh, end, cannot };
    } finally {
      shown?.stop();
    }
  } finally {
    await judges.close();
    release();
  }
}
