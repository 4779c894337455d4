import { existsSync } from "node:fs";
import { readSide, type Side } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { mainMetric } from "../core/figures.ts";
import type { Metric } from "../core/metric.ts";
import { runStatus } from "../core/run-status.ts";
import { baselinePath, isBaselineFile, type ListedBaseline, listedBaseline, writeBaseline } from "../runs/index.ts";
import { baselineContent } from "./baseline-content.ts";
import type { BaselineOptions } from "./baseline-list.ts";
import { checkBaselineName } from "./check-baseline-name.ts";
import { type Asker, terminalAsker } from "./confirm.ts";
import { findSides, listed } from "./find-sides.ts";
import { describeSide, type ListedSide } from "./listed-side.ts";
import { metricCells } from "./metric-cells.ts";
import { near } from "./near.ts";
import { counted } from "./numbers.ts";
import { note } from "./progress.ts";
import { readSettings, type Settings } from "./settings.ts";
import { oneLine, table } from "./table.ts";
import { isCi } from "./terminal.ts";

export interface SetOptions extends BaselineOptions {
  readonly force?: boolean;
  readonly withReplies?: boolean;
}

/** A baseline file that was written. */
export interface SetBaseline {
  readonly eval: string;
  readonly model: string;
  readonly run: string;
  readonly file: string;
  readonly samples: number;
  readonly metric: Metric | undefined;
  /** What stood there before, when it was another run. */
  readonly replaced: { readonly model: string; readonly run: string; readonly metric: Metric | undefined } | undefined;
}

/** One file for each eval of the runs that are named. Everything is looked at before the first is written. */
export async function setBaseline(name: string, references: readonly string[], options: SetOptions): Promise<void> {
  const settings = await readSettings(options);
  print(name, await writeBaselines(name, references, { ...options, settings, ask: terminalAsker() }), options);
}

interface WriteOptions extends Pick<SetOptions, "eval" | "force" | "yes" | "withReplies"> {
  readonly settings: Pick<Settings, "out" | "baselines">;
  /** Whether a baseline of another run may be replaced; undefined: there is nobody to ask. */
  readonly ask: Asker | undefined;
}

/** @throws FinegaugeError `baseline.refused`, `cli.usage`, `run.not-found` */
export async function writeBaselines(
  name: string,
  references: readonly string[],
  options: WriteOptions,
): Promise<readonly SetBaseline[]> {
  const { settings } = options;
  refuseInCi();
  checkBaselineName(name);
  if (references.length === 0) {
    throw new FinegaugeError("cli.usage", "baseline set needs a run", {
      hint: `finegauge baseline set ${name} <model> takes its newest complete run of every eval`,
    });
  }
  const sides = await findSides(references, { out: settings.out, baselines: settings.baselines, evals: options.eval });
  refuseTwice(sides);
  for (const side of sides) refuseUnfit(side);
  const plans: { side: ListedSide; read: Side; file: string; before: Pick<ListedBaseline, "run" | "end"> | undefined }[] = [];
  for (const side of sides) {
    const file = baselinePath(settings.baselines, side.eval, name);
    const before = existsSync(file) ? beforeIn(file) : undefined;
    const read = await readSide(await side.open());
    refuseUnfit({ ...side, end: read.source.end }, read.facts.counts);
    plans.push({ side, read, file, before });
  }
  await allowReplacing(
    plans.flatMap(({ side, file, before }) => (before === undefined || before.run.id === side.run.id ? [] : [{ file, before }])),
    options,
  );

  const written: SetBaseline[] = [];
  for (const { side, read, file, before } of plans) {
    await writeBaseline(file, baselineContent(read), { replies: options.withReplies ?? false });
    const metric = read.metrics.find((one) => one.name === read.primary);
    const { eval: evalName, model, run } = side;
    written.push({ eval: evalName, model, run: run.id, file, samples: read.size, metric, replaced: replacedBy(side, before) });
  }
  return written;
}

function refuseInCi(): void {
  if (!isCi()) return;
  throw new FinegaugeError("baseline.refused", "CI is set, and nothing sets a baseline there", {
    hint: "a baseline is chosen by a person and committed: set it on your machine",
  });
}

function refuseTwice(sides: readonly ListedSide[]): void {
  const byEval = new Map<string, ListedSide>();
  for (const side of sides) {
    const other = byEval.get(side.eval);
    if (other !== undefined) {
      throw new FinegaugeError("cli.usage", `two runs of ${side.eval}: ${describeSide(other)}, and ${describeSide(side)}`, {
        hint: "a baseline is one run of each eval; leave one out, or narrow it down with --eval",
      });
    }
    byEval.set(side.eval, side);
  }
}

/** Share of errors above which a run is no measure, whatever it was allowed itself. */
const mostErrors = 0.01;

/**
 * What a gate would not accept as a baseline must not become one.
 *
 * @param counts as the run's lines say them; absent: as its end does
 */
function refuseUnfit({ eval: name, model, run, end, file }: ListedSide, counts = end?.counts): void {
  const what = `the run of ${model} on ${name}`;
  const refuse = (why: string, hint: string) => {
    throw new FinegaugeError("baseline.refused", `${what} ${why}`, { where: { file }, hint });
  };
  const status = runStatus(run, end, counts?.done);
  if (end === undefined || counts === undefined || status !== "complete") {
    const there = counts === undefined ? "" : `: ${counts.done} of ${run.data.selected * run.attempts} replies are there`;
    refuse(`is ${status}${there}`, `finegauge run ${model} ${name} finishes it, or makes another`);
    return;
  }
  const { selected, samples } = run.data;
  if (selected < samples) {
    refuse(`asked only ${selected} of ${counted(samples, "sample")}`, `finegauge run ${model} ${name} without --max-samples`);
  }
  const { done, errors, unscored } = counts;
  if (errors > mostErrors * done) {
    refuse(
      `has ${counted(errors, "error")} in ${done}: more than 1 %`,
      `finegauge run ${model} ${name} --max-errors ${mostErrors}`,
    );
  }
  if (done - errors - unscored <= 0) refuse("has no score", "finegauge report says why it was not scored");
}

/** A file that cannot be read is no reason not to replace it. */
function beforeIn(file: string): Pick<ListedBaseline, "run" | "end"> {
  try {
    if (isBaselineFile(file)) return listedBaseline(file);
  } catch (error) {
    if (!(error instanceof FinegaugeError)) throw error;
  }
  throw new FinegaugeError("baseline.refused", `${file} is there, and is no baseline that can be read`, {
    where: { file },
    hint: "move it away, or restore it from version control",
  });
}

async function allowReplacing(
  taken: readonly { readonly file: string; readonly before: Pick<ListedBaseline, "run"> }[],
  { force, yes, ask }: WriteOptions,
): Promise<void> {
  if (taken.length === 0 || force || yes) return;
  const said = listed(taken.map(({ file, before }) => `${near(file)} (${oneLine(before.run.completion_fn, 60)})`));
  const answer = await ask?.(`Replace ${said}? [y/N] `);
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return;
  throw new FinegaugeError("baseline.refused", `there is a baseline of another run: ${said}`, {
    hint: "--force replaces it; version control has the old one",
  });
}

function replacedBy({ run }: ListedSide, before: Pick<ListedBaseline, "run" | "end"> | undefined): SetBaseline["replaced"] {
  if (before === undefined || before.run.id === run.id) return undefined;
  return { model: oneLine(before.run.completion_fn, 100), run: before.run.id, metric: mainMetric(before.end.metrics) };
}

function print(name: string, written: readonly SetBaseline[], options: SetOptions): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ name, baselines: written }, null, 2)}\n`);
    return;
  }
  const rows = written.map(({ eval: evalName, model, metric, replaced }) => [
    { text: oneLine(evalName, 200) },
    { text: oneLine(model, 200) },
    ...metricCells(metric),
    { text: replaced === undefined ? "" : `replaced ${replaced.model}, ${metricCells(replaced.metric)[0].text}` },
  ]);
  process.stdout.write(`${table(rows).join("\n")}\n`);
  for (const { file } of written) process.stdout.write(`${near(file)}\n`);
  note(`commit it; finegauge diff ${name} <model> compares a model with it`, options);
}
