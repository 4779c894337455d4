import { createInterface } from "node:readline/promises";
import { FinegaugeError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import type { RunLine } from "../core/run-line.ts";
import type { RunPlan } from "../engine/index.ts";
import { findRun, type ListedRun, listRuns } from "../runs/index.ts";
import { duration } from "./numbers.ts";
import { note } from "./progress.ts";
import { isSomebodyThere } from "./terminal.ts";

const dayMs = 24 * 3600 * 1000;

export interface ResumeOptions {
  /** true: `--resume` or nothing said; a text: that run; false: `--no-resume`. */
  readonly resume?: string | boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/**
 * The unfinished run that this plan goes on with; undefined = a new one.
 *
 * A run younger than a day is gone on with by a plain rerun, which says so, and on a terminal asks first.
 */
export async function chooseResume(
  plan: RunPlan,
  folder: string,
  out: string,
  options: ResumeOptions,
): Promise<ListedRun | undefined> {
  if (options.resume === false) return undefined;
  if (typeof options.resume === "string") return namedRun(plan, options.resume, out);
  const fitting = listRuns(folder).filter(
    // A run that failed early is over: what it had shown would not be undone by asking on.
    ({ run, end }) => run.resume_hash === plan.line.resume_hash && end?.status !== "complete" && end?.reason !== "run.early-fail",
  );
  const newest = fitting.find(({ locked }) => !locked);
  const busy = fitting.find(({ locked }) => locked);
  if (options.resume === true) {
    if (newest === undefined && busy !== undefined) {
      throw new FinegaugeError("run.locked", `run ${busy.run.id} is being written by another process`, {
        where: { file: busy.file },
        hint: "wait for it, or start a new one with --no-resume",
      });
    }
    if (newest === undefined) note("no unfinished run fits; starting one", options);
    return newest;
  }
  if (newest === undefined && busy !== undefined)
    note(`run ${busy.run.id} of the same is being written now; starting another`, options);
  // A file from the future says that a clock was wrong, not how old it is.
  const ageMs = Math.max(0, Date.now() - (newest?.touched ?? 0));
  if (newest === undefined || ageMs > dayMs) return undefined;
  const age = duration(ageMs);
  if (isSomebodyThere() && !options.yes) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal
      .question(`Run ${newest.run.id} of ${age} ago is unfinished. Go on with it? [Y/n] `)
      .finally(() => terminal.close());
    return /^n/i.test(answer.trim()) ? undefined : newest;
  }
  note(`going on with run ${newest.run.id}, unfinished since ${age} (--no-resume starts a new one)`, options);
  return newest;
}

async function namedRun(plan: RunPlan, reference: string, out: string): Promise<ListedRun> {
  const found = await findRun(reference, out);
  if (found.end?.reason === "run.early-fail") {
    throw new FinegaugeError("run.resume-mismatch", `run ${found.run.id} failed early, which is final`, {
      where: { file: found.file },
      hint: "leave out --resume to begin anew",
    });
  }
  if (found.end?.status === "complete") {
    throw new FinegaugeError("run.resume-mismatch", `run ${found.run.id} is complete`, {
      where: { file: found.file },
      hint: "leave out --resume",
    });
  }
  if (found.run.resume_hash === plan.line.resume_hash) return found;
  throw new FinegaugeError(
    "run.resume-mismatch",
    `run ${found.run.id} (${found.run.eval} on ${found.run.completion_fn}) is another run than this command would make`,
    { where: { file: found.file }, hint: `${differences(plan, found)}; leave out --resume to start a new run` },
  );
}

function differences(plan: RunPlan, { run }: ListedRun): string {
  const pairs: [string, unknown, unknown][] = [
    ["eval", run.spec_hash, plan.line.spec_hash],
    ["data", run.data, plan.line.data],
    ["model", run.model, plan.line.model],
    ["sampling", run.sampling, plan.line.sampling],
    ["attempts", run.attempts, plan.line.attempts],
    ["stored inputs", run.inputs, plan.line.inputs],
    ["training data", trainedOn(run), trainedOn(plan.line)],
  ];
  const different = pairs.filter(([, a, b]) => canonicalJson(a) !== canonicalJson(b)).map(([name]) => name);
  if (different.join() === "training data") return "the training data differs";
  return `${different.join(", ") || "scorers or judges"} differ`;
}

function trainedOn({ leakage }: Pick<RunLine, "leakage">): readonly unknown[] {
  return leakage === undefined ? [] : [leakage.train_hash, leakage.leaked];
}
