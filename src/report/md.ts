import { figure, mainMetric, moment, naturalCount, range, scaleOf, whole } from "../core/figures.ts";
import type { SampleLine } from "../core/run-line.ts";
import { countNames, visible } from "../page/index.ts";

import { labelOf, outcomeOf, statusOf } from "./outcome.ts";
import { plainText } from "./plain-text.ts";
import type { Report, ReportRun, ReportWriter } from "./report.ts";

const shownFailures = 5;

/** Short enough for a comment on a pull request: figures, what was counted beside them, the first failures, and where it comes from. */
export const md: ReportWriter = {
  extension: "md",
  async *write({ made, tool, runs }: Report) {
    yield "| eval | model | score | 95 % interval | beside |\n|---|---|---:|---:|---|\n";
    for (const one of runs) yield tableRow(one);
    // Of one run the failures are the news; of several they fold away, or they would bury the table.
    for (const one of runs) yield* failures(one, runs.length > 1);
    yield `\n<details><summary>Where this comes from</summary>\n\n`;
    for (const { run } of runs) {
      yield `- ${code(run.completion_fn)} on ${code(run.eval)}: run ${code(run.id)}, started ${moment(run.started)}, spec ${code(run.spec_hash)}, data ${code(run.data.hash)}, seed ${run.data.seed}\n`;
    }
    yield `\n${code(tool)}, ${moment(made)}\n\n</details>\n`;
  },
};

function tableRow(one: ReportRun): string {
  const metric = mainMetric(one.metrics);
  const cells = [code(one.run.eval), code(one.run.completion_fn), value(one), "", beside(one)];
  if (metric?.interval) cells[3] = range(metric.interval, scaleOf([metric]));
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
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
  if (status !== "complete") notes.unshift(`**${status}**: ${whole(one.counts.done)} of ${whole(one.counts.selected)} done`);
  return notes.join(", ");
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

// The question stands at the end of a prompt; what comes before is often the same in every sample.
function lastLines(text: string): string {
  const last = text.slice(text.lastIndexOf("\n\n") + 1).trim();
  return last.replace(/^\w+: /, "");
}

/** As code, so that nothing in it is markup, a mention or a link; one line, at most 140 characters. */
function code(text: string): string {
  const line = visible(text.slice(0, 400))
    .trim()
    .replace(/\s*\n\s*/g, " ⏎ ");
  const shown = line.length > 140 ? `${line.slice(0, 139).replace(/[\ud800-\udbff]$/, "")}…` : line;
  if (shown === "") return "(empty)";
  const fence = "`".repeat(Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const pad = /^`|`$/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

// Inside a summary no Markdown is read; whatever might be markup is written as a reference.
function plain(text: string): string {
  return visible(text).replace(/[^\w ./:-]/gu, (character) => `&#${character.codePointAt(0)};`);
}
