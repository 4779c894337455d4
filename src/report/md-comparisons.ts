import { isOtherPace } from "../compare/index.ts";
import type { Comparison, Delta, Finding, SliceDelta } from "../core/comparison.ts";
import { change, changeRange, figure, isLabelDetail, type Scale, scaleOf, whole } from "../core/figures.ts";
import { leakageWords, leakClauses } from "../core/leakage-words.ts";
import { countNames } from "../page/index.ts";
import { flipsMarkdown } from "./md-flips.ts";
import { code, prose, tableRow } from "./md-text.ts";
import type { Report, ReportComparison } from "./report.ts";

/** Below it a change is told as one: of a metric by its own p, of a slice by that of Benjamini and Hochberg. */
const level = 0.05;
const mostSlices = 20;

const signs: { readonly [finding in Finding]: string } = { better: "✅", worse: "❌", "not-worse": "☑️", unclear: "⚠️" };
const urgency: { readonly [finding in Finding]: number } = { worse: 0, unclear: 1, "not-worse": 2, better: 3 };
const besides: ReadonlySet<string> = new Set([...countNames.map(([name]) => name), "reply_characters"]);

/** What was found, the worst first; the differences as a table, the slices that moved, and the flips of each. */
export async function* comparisonsMarkdown(report: Report): AsyncIterable<string> {
  const comparisons = (report.comparisons ?? []).toSorted(
    (a, b) => urgency[a.comparison.finding] - urgency[b.comparison.finding],
  );
  const all = comparisons.map(({ comparison }) => comparison);
  for (const { finding, sentence, notes, leakage, pairing } of all) {
    yield `- ${signs[finding]} ${prose(sentence)}\n`;
    for (const note of notes) yield `  - ${prose(note)}\n`;
    if (leakage !== undefined && leakage.leaked > 0) {
      const found = leakageWords({ ...leakage, of: pairing.paired, noun: "pair", train: leakage.train.map(code).join(" and ") });
      yield `  - ${[found, ...leakClauses(leakage).map(prose)].join("; ")}\n`;
    }
  }
  yield* deltaTable(all);
  yield* sliceTable(all);
  if (report.samples ?? true) yield* flipsMarkdown(report.runs, comparisons, (one) => nameOf(one, all));
}

/** What of the compared runs is not the same: a line each. */
export function differencesMarkdown(comparisons: readonly ReportComparison[]): string {
  const all = comparisons.map(({ comparison }) => comparison);
  return all
    .flatMap((one) =>
      one.differs.map(
        ({ what, detail, samples }) =>
          `- ${nameOf(one, all).map(code).join(" on ")} differs in ${what}: ${code(detail)}${samples === undefined ? "" : ` (${whole(samples)} samples)`}\n`,
      ),
    )
    .join("");
}

/** What tells a comparison from the others: its eval; with several candidates the candidate and the eval. */
function nameOf({ eval: name, candidate }: Comparison, all: readonly Comparison[]): readonly string[] {
  return all.some((one) => one.candidate.name !== candidate.name) ? [candidate.name, name] : [name];
}

function* deltaTable(all: readonly Comparison[]): Iterable<string> {
  const [only] = all.length === 1 ? all : [];
  const first = all[0];
  const names =
    only !== undefined || first === undefined ? ["metric"] : nameOf(first, all).length === 1 ? ["eval"] : ["model", "eval"];
  yield `\n${tableRow([...names, "baseline", "candidate", "change", "95 % interval", "pairs", "better, worse"])}`;
  yield `${"|---".repeat(names.length)}|---:|---:|---:|---:|---:|---:|\n`;
  for (const comparison of all) {
    const [primary, ...others] = comparison.deltas;
    if (primary === undefined) continue;
    const flips = `${whole(comparison.flips_total.improvements)}, ${whole(comparison.flips_total.regressions)}`;
    yield tableRow([...(only ? [primary.metric] : nameOf(comparison, all)).map(code), ...deltaCells(primary), flips]);
    // One comparison has room for everything that was measured.
    if (only) for (const delta of others) if (isShown(delta)) yield tableRow([code(delta.metric), ...deltaCells(delta), ""]);
  }
}

/** Every score; what a reply took, and the counts beside the score, where that changed beyond chance; a time where it changed by much. */
function isShown(delta: Delta): boolean {
  const { metric, unit, p } = delta;
  if (isLabelDetail(metric)) return false;
  if (unit === "ms") return isOtherPace(delta);
  return (unit === "1" && !besides.has(metric)) || (p !== null && p < level);
}

function deltaCells(delta: Delta, scale: Scale = scaleOf([delta.baseline, delta.candidate])): readonly string[] {
  const { baseline, candidate, value, interval, n, reason } = delta;
  const text = (one: number | null) => (one === null ? "–" : figure(one, scale));
  return [
    text(baseline.value),
    text(candidate.value),
    value === null ? (reason === undefined ? "–" : prose(reason)) : `**${change(value, scale)}**`,
    interval === null ? "–" : changeRange(interval, scale),
    whole(n),
  ];
}

function* sliceTable(all: readonly Comparison[]): Iterable<string> {
  const moved = all.flatMap((comparison) =>
    comparison.slices
      .filter(({ delta }) => delta.p_adjusted !== null && delta.p_adjusted < level)
      .toSorted((a, b) => gainOf(a) - gainOf(b))
      .map((slice) => ({ comparison, slice })),
  );
  const [first] = all;
  if (moved.length === 0 || first === undefined) return;
  const names = all.length === 1 ? [] : nameOf(first, all).length === 1 ? ["eval"] : ["model", "eval"];
  yield "\nSlices that changed, by Benjamini-Hochberg at 5 %:\n\n";
  yield tableRow([...names, "slice", "baseline", "candidate", "change", "95 % interval", "pairs"]);
  yield `${"|---".repeat(names.length + 1)}|---:|---:|---:|---:|---:|\n`;
  for (const { comparison, slice } of moved.slice(0, mostSlices)) {
    const [primary] = comparison.deltas;
    const scale = scaleOf(primary === undefined ? [] : [primary.baseline, primary.candidate]);
    const name = names.length === 0 ? [] : nameOf(comparison, all);
    yield tableRow([...name.map(code), code(`${slice.path} ${slice.value}`), ...deltaCells(slice.delta, scale)]);
  }
  if (moved.length > mostSlices) yield `\nand ${whole(moved.length - mostSlices)} more\n`;
}

/** How much better a slice became. */
function gainOf({ delta: { value, better } }: SliceDelta): number {
  return (value ?? 0) * (better === "lower" ? -1 : 1);
}
