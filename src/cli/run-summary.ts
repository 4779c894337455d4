import { relative } from "node:path";
import { styleText } from "node:util";
import { primaryMetric } from "../compare/index.ts";
import type { LeakScores } from "../core/comparison.ts";
import { age, changeSize, figure, range, scaleOf, whole } from "../core/figures.ts";
import { leakScoreWords } from "../core/leakage-words.ts";
import type { Metric } from "../core/metric.ts";
import type { Counts } from "../core/run-line.ts";
import { widthWords } from "../core/width-words.ts";
import { counted, dollars, duration, percent, percentRange } from "./numbers.ts";
import type { FinishedRun } from "./run-pair.ts";
import { type Cell, oneLine, table } from "./table.ts";

const mostRows = 8;
/** More comparisons than this are `finegauge diff`'s to tell. */
const mostCompared = 3;

/** More runs that were slowed down are the report's to tell. */
const mostSlowed = 2;
/** More evals with leaked samples than this are the report's to tell. */
const mostLeaked = 2;

interface SummaryOptions {
  readonly quiet?: boolean | undefined;
  /** false: whoever asks says it in words of its own. */
  readonly leakage?: boolean | undefined;
  /** What a run says beside an earlier one, in a few lines. */
  readonly since?: ((run: FinishedRun) => Promise<readonly string[]>) | undefined;
}

/** What a person sees when a command's runs are over: at most 15 lines. */
export async function runSummary(
  finished: readonly FinishedRun[],
  page: string | undefined,
  options: SummaryOptions = {},
): Promise<string[]> {
  const head = ["eval", "model", nameOfAll(finished), "95 % interval", "n", "time", ""].map((text, at) => ({
    text: text === "" ? "" : dim(text),
    right: at > 1 && at < 6,
  }));
  const lines = table([head, ...finished.slice(0, mostRows).map(row)]);
  if (finished.length > mostRows) lines.push(dim(`and ${finished.length - mostRows} more; the report has them all`));
  lines.push(...(options.quiet ? [] : await sinceAll(finished, options.since)));
  lines.push(
    ...(options.leakage === false ? [] : leaked(finished)),
    ...spent(finished),
    ...fromCache(finished),
    ...slowed(finished),
  );
  for (const run of finished.slice(0, 2)) {
    if (run.end.reason === "run.early-fail") lines.push(stoppedEarly(run));
    if (run.end.reason !== "run.interrupted" && run.end.reason !== "run.budget-spent") continue;
    const why = run.end.reason === "run.interrupted" ? "interrupted" : "the budget is spent";
    const { done, selected } = run.end.counts;
    lines.push(`${why} at ${done} of ${selected}; the same command again goes on with it (--resume ${run.id})`);
  }
  if (!options.quiet) lines.push(...closing(finished, page));
  return lines;
}

/** What is left of a score without the samples that are in the training data: a line for each eval, whoever ran it. */
function leaked(finished: readonly FinishedRun[]): string[] {
  const found = finished.flatMap(({ eval: name, model, samples, leakage }) =>
    leakage?.scores === undefined ? [] : [{ name, model, samples, leakage, scores: leakage.scores }],
  );
  const ofEval = new Map<string, typeof found>();
  for (const one of found) {
    const key = JSON.stringify([one.name, one.samples, one.leakage.train, one.leakage.leaked]);
    ofEval.set(key, [...(ofEval.get(key) ?? []), one]);
  }
  return [...ofEval.values()].slice(0, mostLeaked).map((runs) => {
    const [{ name, model, samples, leakage, scores }, ...others] = runs as [(typeof found)[number]];
    const many = `${whole(leakage.leaked)} of ${counted(samples, "sample")} ${leakage.leaked === 1 ? "is" : "are"} in ${leakage.train}`;
    const said =
      others.length === 0
        ? `${model} on ${name}: ${many}; ${leakScoreWords(scores)}`
        : `${name}: ${many}; without them ${runs.map((one) => `${one.model} ${cleanScore(one.scores)}`).join(", ")}`;
    return `leakage ${oneLine(said, 300)}`;
  });
}

function cleanScore({ clean }: LeakScores): string {
  return clean.value === null ? (clean.reason ?? "nothing") : figure(clean.value, scaleOf([clean]));
}

/** What each run says beside an earlier one: alone with its first regressions, among several in one sentence each. */
async function sinceAll(finished: readonly FinishedRun[], since: SummaryOptions["since"]): Promise<string[]> {
  const told: (readonly string[])[] = [];
  for (const run of finished) {
    // An interval that was worked out for a fixed number of samples does not hold for a run that stopped when it looked worst.
    if (run.end.reason === "run.early-fail" || since === undefined || told.length >= mostCompared) continue;
    const lines = await since(run);
    if (lines.length > 0) told.push(lines);
  }
  return told.length === 1 ? [...(told[0] as readonly string[])] : told.map(([sentence = ""]) => sentence);
}

function stoppedEarly({ end, watched }: FinishedRun): string {
  const stopped = `stopped early at ${end.counts.done} of ${end.counts.selected}`;
  if (watched === undefined) return `${stopped}: it could only fail`;
  const { baseline, margin, alpha } = watched;
  return `${stopped}: worse than ${baseline.facts.name} by more than ${changeSize(margin, "percent")}; by how much, only a whole run tells. False alarms: at most ${figure(alpha, "percent")} of runs. Final: a rerun starts anew`;
}

function row({ eval: name, model, end }: FinishedRun): Cell[] {
  const metric = primaryMetric(end.metrics);
  return [
    { text: name },
    { text: model },
    ...numbersOf(metric).map((text) => ({ text, right: true })),
    { text: String(metric?.n ?? 0), right: true },
    { text: duration(end.wall_ms), right: true },
    {
      text:
        end.status === "complete"
          ? [beside(end.counts), whyNoInterval(metric)].filter(Boolean).join(", ")
          : `${end.status}${beside(end.counts) && `, ${beside(end.counts)}`}`,
    },
  ];
}

/** What the column of numbers holds: accuracy, unless no run has one. */
function nameOfAll(finished: readonly FinishedRun[]): string {
  const names = new Set(finished.map(({ end }) => primaryMetric(end.metrics)?.name ?? "accuracy"));
  const [only = "accuracy"] = names;
  return names.size === 1 ? oneLine(only, 24) : "score";
}

/** Value and interval; a share as per cent, anything else, such as grades from 1 to 5, as it is. */
function numbersOf(metric: Metric | undefined): [string, string] {
  const scale = metric === undefined ? "percent" : scaleOf([metric]);
  if (metric === undefined || scale === "percent") return [percent(metric?.value ?? null), metric ? percentRange(metric) : ""];
  return [metric.value === null ? "–" : figure(metric.value, scale), metric.interval ? range(metric.interval, scale) : ""];
}

function whyNoInterval(metric: Metric | undefined): string {
  return metric !== undefined && metric.interval === null ? (metric.reason ?? "") : "";
}

/** The six counts, those that are not zero, and what was not scored. */
function beside(counts: Counts): string {
  const parts = [
    counts.errors > 0 ? counted(counts.errors, "error") : "",
    counts.unscored > 0 ? `${counts.unscored} unscored` : "",
    counts.filtered > 0 ? `${counts.filtered} filtered` : "",
    counts.cut_off > 0 ? `${counts.cut_off} cut off` : "",
    counts.empty > 0 ? `${counts.empty} empty` : "",
    counts.refused > 0 ? `${counts.refused} refused` : "",
    counts.invalid_label > 0 ? counted(counts.invalid_label, "invalid label") : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function closing(finished: readonly FinishedRun[], page: string | undefined): string[] {
  const kept = finished.filter(({ file }) => file !== undefined);
  const [first] = kept;
  if (first?.file === undefined) return [];
  const [one, other] = [...new Set(kept.map(({ model }) => model))];
  const diff = one !== undefined && other !== undefined ? `finegauge diff ${one} ${other}` : undefined;
  if (page !== undefined)
    return [`report  ${near(page)}`, `next    open it, or ${diff ?? `finegauge report ${first.id} --format md`}`];
  if (diff !== undefined) return [...kept.slice(0, 2).map(({ file }) => `run     ${near(file ?? "")}`), `next    ${diff}`];
  return [
    `run     ${near(first.file)}`,
    `next    finegauge report ${kept
      .map(({ id }) => id)
      .slice(0, 3)
      .join(" ")}`,
  ];
}

/** What all runs together cost, as far as prices are known; judges apart. */
function spent(finished: readonly FinishedRun[]): string[] {
  const total = (of: "model" | "judge") => {
    const known = finished.flatMap(({ end }) => end.cost[of] ?? []);
    return known.length === 0 ? undefined : known.reduce((sum, cost) => sum + cost, 0);
  };
  const [model, judge] = [total("model"), total("judge")];
  const parts = [
    model === undefined ? "" : dollars(model),
    judge === undefined ? "" : `${model === undefined ? "" : "and "}${dollars(judge)} for judges`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? [] : [`cost    ${parts.join(" ")}`];
}

/** Where a server refused some for coming too soon, or asked to wait: why a run took as long as it did. */
function slowed(finished: readonly FinishedRun[]): string[] {
  const found = finished.flatMap(({ eval: name, model, end }) => {
    const words = end.width && widthWords(end.width);
    return words === undefined ? [] : [`${finished.length === 1 ? "" : `${model} on ${name}: `}${words}`];
  });
  return found.slice(0, mostSlowed).map((words) => `width   ${oneLine(words, 300)}`);
}

/** What was not asked: latency and cost say nothing about it. */
function fromCache(finished: readonly FinishedRun[]): string[] {
  const parts = finished.flatMap(({ end }) => (end.cached === undefined ? [] : [end.cached]));
  if (parts.length === 0) return [];
  const sum = (of: "replies" | "grades") => parts.reduce((total, part) => total + part[of], 0);
  const [replies, grades] = [sum("replies"), sum("grades")];
  const oldest = parts.flatMap((part) => part.oldest ?? []).sort()[0];
  const what = [
    replies > 0 ? `${whole(replies)} ${replies === 1 ? "reply" : "replies"}` : "",
    grades > 0 ? `${whole(grades)} ${grades === 1 ? "grade" : "grades"}` : "",
  ].filter((part) => part !== "");
  const old = oldest === undefined ? "" : `, the oldest ${age(Date.now() - Date.parse(oldest))} old`;
  return [`cache   ${what.join(" and ")} from the cache${old}: not in latency and cost`];
}

function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}

function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
