import { age, figure, mainMetric, moment, naturalCount, range, scaleOf, whole } from "../core/figures.ts";
import type { JudgeCalibration, Share } from "../core/judge-calibration.ts";
import { leakageWords, leakScoreWords } from "../core/leakage-words.ts";
import type { SampleLine } from "../core/run-line.ts";
import { widthWords } from "../core/width-words.ts";
import { countNames, type Leakage } from "../page/index.ts";
import { code, plain, prose, tableRow } from "./md-text.ts";
import { labelOf, outcomeOf, statusOf } from "./outcome.ts";
import { lastLines, plainText } from "./plain-text.ts";
import type { Report, ReportRun } from "./report.ts";

const shownFailures = 5;

/** Runs without a comparison: a table of figures, and the first failures. */
export async function* runsMarkdown({ runs, samples = true }: Report): AsyncIterable<string> {
  yield "| eval | model | score | 95 % interval | beside |\n|---|---|---:|---:|---|\n";
  for (const one of runs) yield runRow(one);
  for (const one of runs) if (one.leakage !== undefined && one.leakage.leaked > 0) yield `\n${leakLine(one, one.leakage)}\n`;
  for (const one of runs) yield slowedLine(one);
  for (const one of runs) if (one.judge_calibration !== undefined) yield `\n${judgeLine(one, one.judge_calibration)}\n`;
  if (!samples) return;
  // Of one run the failures are the news; of several they fold away, or they would bury the table.
  for (const one of runs) yield* failures(one, runs.length > 1);
}

/** One line on where each run's numbers come from. */
export function runOrigin({ run, leakage }: ReportRun): string {
  const looked = leakage === undefined ? "" : `, ${leakText(leakage)}`;
  return `- ${code(run.completion_fn)} on ${code(run.eval)}: run ${code(run.id)}, started ${moment(run.started)}, spec ${code(run.spec_hash)}, data ${code(run.data.hash)}, seed ${run.data.seed}${looked}\n`;
}

function runRow(one: ReportRun): string {
  const metric = mainMetric(one.metrics);
  const interval = metric?.interval ? range(metric.interval, scaleOf([metric])) : "";
  return tableRow([code(one.run.eval), code(one.run.completion_fn), value(one), interval, beside(one)]);
}

/** How many samples are in the training data, and the score without and with them alone. */
function leakLine({ run }: ReportRun, leakage: Leakage): string {
  const scores = leakage.scores === undefined ? "" : `; ${prose(leakScoreWords(leakage.scores))}`;
  return `${code(run.completion_fn)} on ${code(run.eval)}: ${leakText(leakage)}${scores}.`;
}

function leakText({ samples, train, ...leakage }: Leakage): string {
  return leakageWords({ ...leakage, of: samples, train: code(train) });
}

/** Why it took as long as it did, where the server refused some for coming too soon. */
function slowedLine({ run, end }: ReportRun): string {
  const words = end?.width && widthWords(end.width);
  return words === undefined ? "" : `\n${code(run.completion_fn)} on ${code(run.eval)}: ${words}.\n`;
}

/** What the judge's verdicts are worth, by people's labels. */
function judgeLine({ run }: ReportRun, found: JudgeCalibration): string {
  const { state, labels, kappa, base_rate, tpr, tnr, corrected, reason } = found;
  const name = `Judge of ${code(run.completion_fn)} on ${code(run.eval)}`;
  if (state === "void") return `${name}: labels are void, ${reason ?? ""}.`;
  const share = (one: Share | null) =>
    one === null ? "not known" : `${percent(one.value)} (${percent(one.low)} to ${percent(one.high)})`;
  const parts = [
    `kappa ${kappa === null ? "not defined" : kappa.toFixed(2)}`,
    `pass ${percent(base_rate.judge)} by the judge, ${base_rate.people === null ? "not known" : percent(base_rate.people)} by people`,
    `TPR ${share(tpr)}`,
    `TNR ${share(tnr)}`,
    `corrected score ${share(corrected)}`,
    ...(reason === undefined ? [] : [reason]),
  ];
  return `${name}, by ${whole(labels)} labels: ${parts.join("; ")}.`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function value({ metrics }: ReportRun): string {
  const metric = mainMetric(metrics);
  if (metric === undefined || metric.value === null) return `not available${metric?.reason ? `: ${code(metric.reason)}` : ""}`;
  const count = naturalCount(metric);
  const name = metric.name === "accuracy" ? "" : `${code(metric.name)} `;
  const shown = `**${figure(metric.value, scaleOf([metric]))}**`;
  return `${name}${shown} (${count ? `${whole(count.right)} of ${whole(count.of)}` : `n ${whole(metric.n)}`})`;
}

function beside(one: ReportRun): string {
  const status = statusOf(one);
  const notes = countNames.flatMap(([key, single, plural]) => {
    const n = one.counts[key];
    return n === 0 ? [] : [`${whole(n)} ${n === 1 ? single : plural}`];
  });
  const { cached } = one.end ?? {};
  if (cached !== undefined && cached.replies > 0) notes.push(`${whole(cached.replies)} from the cache${oldestText(one)}`);
  if (status !== "complete") notes.unshift(`**${status}**: ${whole(one.counts.done)} of ${whole(one.counts.selected)} done`);
  return notes.join(", ");
}

/** When the run was made, not when the report is read. */
function oldestText({ run, end }: ReportRun): string {
  const oldest = end?.cached?.oldest;
  return oldest === undefined ? "" : `, the oldest ${age(Date.parse(run.started) - Date.parse(oldest))} old`;
}

async function* failures(one: ReportRun, folded: boolean): AsyncIterable<string> {
  const first: SampleLine[] = [];
  let failed = 0;
  for await (const line of one.samples()) {
    const outcome = outcomeOf(line);
    if (outcome !== "failed" && outcome !== "error") continue;
    failed++;
    first.push(line);
    first.sort((a, b) => a.seq - b.seq);
    first.length = Math.min(first.length, shownFailures);
  }
  if (failed === 0) return;
  const shown =
    failed > first.length
      ? `first ${first.length} of ${whole(failed)} failures`
      : `${whole(failed)} failure${failed === 1 ? "" : "s"}`;
  const { completion_fn: model, eval: name } = one.run;
  if (folded) yield `\n<details><summary>${plain(model)} on ${plain(name)}, ${shown}</summary>\n\n`;
  else yield `\n${code(model)} on ${code(name)}, ${shown}:\n\n`;
  for (const line of first) yield `- ${failure(line)}\n`;
  if (folded) yield "\n</details>\n";
}

function failure(line: SampleLine): string {
  const asked = line.input == null ? "" : ` ${code(lastLines(plainText(line.input)))}`;
  const name = `${code(line.id)}${line.attempt === 0 ? "" : ` attempt ${line.attempt}`}`;
  if (line.error) return `${name}${asked} error ${code(line.error.code)}: ${code(line.error.message)}`;
  const ideal = line.ideal === undefined ? "" : ` right ${code(line.ideal.join(" | "))},`;
  const said = line.completion?.text ?? labelOf(line) ?? "";
  return `${name}${asked}${ideal} said ${code(said)}`;
}
