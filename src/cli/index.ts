/**
 * What the commands do, for a program: values in, values out. Nothing here prints, asks a terminal, ends the process or listens to its
 * signals; what goes wrong is thrown. Each function's file is loaded when it is called.
 */

/**
 * Runs every model on every eval, as `finegauge run` does, and gives one value for each pair that was begun, model by model.
 *
 * All evals are read and all models found before anything is asked: what is wrong with one of them is thrown. A model that cannot be
 * reached gives a run with `status: "failed"` where others are asked too, and is thrown where it is alone.
 *
 * @throws FinegaugeError
 */
export const run: typeof import("./library/run.ts").run = async (...given) => (await import("./library/run.ts")).run(...given);

/**
 * Compares candidates with a baseline, eval by eval, as `finegauge diff` does. Both sides are named as there: a file, an id,
 * `eval@model`, a model, a baseline, a glob.
 *
 * @throws FinegaugeError
 */
export const diff: typeof import("./library/diff.ts").diff = async (...given) =>
  (await import("./library/diff.ts")).diff(...given);

/**
 * Judges the rules of candidates against a baseline, as `finegauge gate` does; `exit` in the result is what the command ends with.
 *
 * @throws FinegaugeError
 */
export const gate: typeof import("./library/gate.ts").gate = async (...given) =>
  (await import("./library/gate.ts")).gate(...given);

/**
 * Models side by side over one eval or many, as `finegauge leaderboard` ranks them.
 *
 * @throws FinegaugeError
 */
export const leaderboard: typeof import("./library/leaderboard.ts").leaderboard = async (...given) =>
  (await import("./library/leaderboard.ts")).leaderboard(...given);

/**
 * What it takes to see a difference on an eval, and what its present samples can tell, as `finegauge plan` says. Asks no model.
 *
 * @throws FinegaugeError
 */
export const plan: typeof import("./library/plan.ts").plan = async (...given) =>
  (await import("./library/plan.ts")).plan(...given);

/**
 * Keeps runs as small files to commit, one for each eval, as `finegauge baseline set` does.
 *
 * @throws FinegaugeError `baseline.refused`, also where `CI` is set
 */
export const setBaseline: typeof import("./library/baseline.ts").setBaseline = async (...given) =>
  (await import("./library/baseline.ts")).setBaseline(...given);

/**
 * A run by any of its names: a file, an id, `eval@model`, `eval@model~1`, another harness's log. Its samples are read as they are asked
 * for, whole, each with its scores.
 *
 * @throws FinegaugeError `run.not-found`, `run.corrupt`, `run.format-newer`
 */
export const readRun: typeof import("./library/stored-runs.ts").readRun = async (...given) =>
  (await import("./library/stored-runs.ts")).readRun(...given);

/** Every run that can be read, newest first, by its first line and its last. */
export const listRuns: typeof import("./library/stored-runs.ts").listRuns = async (...given) =>
  (await import("./library/stored-runs.ts")).listRuns(...given);

/**
 * A report of one run, or of several side by side, as `finegauge report` writes it, piece by piece:
 * `await writeFile("report.html", report("capitals@mine"))`.
 *
 * @throws FinegaugeError
 */
export const report: typeof import("./library/report.ts").report = async function* (...given) {
  yield* (await import("./library/report.ts")).report(...given);
};

/**
 * Records the conversations of a client of the `openai` package, as `finegauge record` does, without a proxy. Answers are the same;
 * `close` gives the file back.
 *
 * @throws FinegaugeError
 */
export const record: typeof import("./library/record.ts").record = async (...given) =>
  (await import("./library/record.ts")).record(...given);

export type { BaselineOptions } from "./library/baseline.ts";
export type { Diff, DiffOptions } from "./library/diff.ts";
export type { GateOptions } from "./library/gate.ts";
export type { GivenEval, ScorerChoice } from "./library/given-evals.ts";
export type { ModelChoice } from "./library/given-models.ts";
export type { LeaderboardOptions } from "./library/leaderboard.ts";
export type { PlanOptions } from "./library/plan.ts";
export type { RecordableClient, Recording, RecordOptions } from "./library/record.ts";
export type { ReportOptions } from "./library/report.ts";
export type { Run, RunOptions, RunProgress } from "./library/run.ts";
export type { StoredRunOptions } from "./library/stored-runs.ts";
