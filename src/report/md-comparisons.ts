import type { Comparison, Delta, Finding } from "../core/comparison.ts";
import { change, changeRange, figure, isLabelDetail, scaleOf, whole } from "../core/figures.ts";
import type { SampleLine } from "../core/run-line.ts";
import { code, plain, prose, tableRow } from "./md-text.ts";
import { labelOf } from "./outcome.ts";
import { lastLines, plainText } from "./plain-text.ts";
import type { Report, ReportComparison, ReportRun } from "./report.ts";

const shownRegressions = 5;

const words: { readonly [finding in Finding]: string } = {
  better: "Better",
  worse: "Worse",
  "not-worse": "Not worse",
  unclear: "Cannot tell",
};

/** What was found, the differences as a table, and the first regressions folded away. */
export async function* comparisonsMarkdown(report: Report): AsyncIterable<string> {
  const comparisons = report.comparisons ?? [];
  for (const { comparison } of comparisons) {
    yield `- **${words[comparison.finding]}**: ${prose(comparison.sentence)}\n`;
    for (const note of comparison.notes) yield `  - ${prose(note)}\n`;
  }
  yield* deltaTable(comparisons);
  if (report.samples ?? true) for (const one of comparisons) yield* regressions(report.runs, one);
}

/** What of the compared runs is not the same: a line each. */
export function differencesMarkdown(comparisons: readonly ReportComparison[]): string {
  return comparisons
    .flatMap(({ comparison: { eval: name, differs } }) =>
      differs.map(
        ({ what, detail, samples }) =>
          `- ${code(name)} differs in ${what}: ${code(detail)}${samples === undefined ? "" : ` (${whole(samples)} samples)`}\n`,
      ),
    )
    .join("");
}

function* deltaTable(comparisons: readonly ReportComparison[]): Iterable<string> {
  const only = comparisons.length === 1;
  yield `\n${tableRow([only ? "metric" : "eval", "baseline", "candidate", "change", "95 % interval", "pairs", "better, worse"])}`;
  yield "|---|---:|---:|---:|---:|---:|---:|\n";
  for (const { comparison } of comparisons) {
    const [primary, ...others] = comparison.deltas;
    if (primary === undefined) continue;
    const flips = `${whole(comparison.flips_total.improvements)}, ${whole(comparison.flips_total.regressions)}`;
    yield deltaRow(only ? primary.metric : comparison.eval, primary, flips);
    // One comparison has room for everything that was measured.
    if (only) for (const delta of others) if (!isLabelDetail(delta.metric)) yield deltaRow(delta.metric, delta, "");
  }
}

function deltaRow(name: string, { baseline, candidate, value, interval, n, reason }: Delta, flips: string): string {
  const scale = scaleOf([baseline, candidate]);
  const text = (one: number | null) => (one === null ? "–" : figure(one, scale));
  return tableRow([
    code(name),
    text(baseline.value),
    text(candidate.value),
    value === null ? (reason === undefined ? "–" : prose(reason)) : `**${change(value, scale)}**`,
    interval === null ? "–" : changeRange(interval, scale),
    whole(n),
    flips,
  ]);
}

async function* regressions(
  runs: readonly ReportRun[],
  { comparison, baseline, candidate }: ReportComparison,
): AsyncIterable<string> {
  const total = comparison.flips_total.regressions;
  const first = comparison.flips.filter(({ kind }) => kind === "regression").slice(0, shownRegressions);
  const [before, now] = [runs[baseline], runs[candidate]];
  if (first.length === 0 || before === undefined || now === undefined) return;
  const shown = total > first.length ? `first ${first.length} of ${whole(total)} regressions` : counted(total);
  yield `\n<details><summary>${plain(comparison.eval)}: ${shown}</summary>\n\n`;
  const was = await linesBy(before, new Set(first.map(({ item }) => item)), (line) => line.hashes.item);
  const is = await linesBy(now, new Set(first.map(({ seq }) => seq)), (line) => line.seq);
  for (const { id, item, seq } of first) yield `- ${regression(id, was.get(item), is.get(seq), comparison)}\n`;
  yield "\n</details>\n";
}

function counted(n: number): string {
  return `${whole(n)} regression${n === 1 ? "" : "s"}`;
}

/** The first line for each of some keys. */
async function linesBy<Key>(
  run: ReportRun,
  keys: ReadonlySet<Key>,
  keyOf: (line: SampleLine) => Key,
): Promise<ReadonlyMap<Key, SampleLine>> {
  const found = new Map<Key, SampleLine>();
  for await (const line of run.samples()) {
    const key = keyOf(line);
    if (keys.has(key) && !found.has(key)) found.set(key, line);
  }
  return found;
}

function regression(id: string, was: SampleLine | undefined, is: SampleLine | undefined, comparison: Comparison): string {
  const input = is?.input ?? was?.input;
  const ideal = is?.ideal ?? was?.ideal;
  const said = (line: SampleLine | undefined) => line?.completion?.text ?? (line && labelOf(line));
  const parts = [
    input == null ? undefined : code(lastLines(plainText(input))),
    ideal === undefined ? undefined : `right ${code(ideal.join(" | "))}`,
    said(was) === undefined ? undefined : `${code(comparison.baseline.name)} said ${code(said(was) ?? "")}`,
    said(is) === undefined ? undefined : `${code(comparison.candidate.name)} said ${code(said(is) ?? "")}`,
  ];
  return `${code(id)} ${parts.filter((part) => part !== undefined).join(", ")}`;
}
