import type { Comparison, Flip } from "../core/comparison.ts";
import { howMany, whole } from "../core/figures.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Outcome } from "../page/index.ts";
import { code, plain } from "./md-text.ts";
import { labelOf, outcomeOf } from "./outcome.ts";
import { lastLines, plainText } from "./plain-text.ts";
import type { ReportComparison, ReportRun } from "./report.ts";

/** Regressions of an only comparison that are not folded up. */
const openRegressions = 5;
/** Flips of all comparisons together; with their texts they must fit into a comment on a pull request. */
const mostFlips = 50;
const fewestFlips = 5;

/** Lines of both sides, by the flip. */
interface Texts {
  readonly was: ReadonlyMap<Flip, SampleLine>;
  readonly is: ReadonlyMap<Flip, SampleLine>;
}

/**
 * The flips that the comparisons name, with what was asked and said: of one comparison the first regressions open, all others
 * folded up.
 */
export async function* flipsMarkdown(
  runs: readonly ReportRun[],
  comparisons: readonly ReportComparison[],
  nameOf: (comparison: Comparison) => readonly string[],
): AsyncIterable<string> {
  const most = Math.max(fewestFlips, Math.floor(mostFlips / comparisons.length));
  for (const { comparison, baseline, candidate } of comparisons) {
    const { regressions, improvements } = firstOf(comparison.flips, most);
    const [before, now] = [runs[baseline], runs[candidate]];
    if (regressions.length + improvements.length === 0 || before === undefined || now === undefined) continue;
    const texts = await textsOf([...regressions, ...improvements], before, now);
    const line = (flip: Flip) => `- ${flipText(flip, texts, comparison)}\n`;
    const { regressions: worse, improvements: better } = comparison.flips_total;
    const name = nameOf(comparison);
    const open = comparisons.length === 1 ? regressions.slice(0, openRegressions) : [];
    const folded = regressions.slice(open.length);
    if (open.length > 0) {
      yield `\n${name.map(code).join(" on ")}: ${partOf(open.length, worse, "regression")}\n\n`;
      for (const flip of open) yield line(flip);
    }
    if (folded.length > 0) {
      const rest =
        open.length === 0 ? partOf(folded.length, worse, "regression") : `${howMany(folded.length, "more regression")}`;
      yield* fold(`${name.map(plain).join(" on ")}: ${rest}`, folded.map(line));
    }
    if (improvements.length > 0) {
      yield* fold(
        `${name.map(plain).join(" on ")}: ${partOf(improvements.length, better, "improvement")}`,
        improvements.map(line),
      );
    }
  }
}

/** As many of the named flips as there is room for: improvements give way down to half of it. */
function firstOf(flips: readonly Flip[], most: number): { readonly regressions: Flip[]; readonly improvements: Flip[] } {
  const regressions = flips.filter(({ kind }) => kind === "regression");
  const improvements = flips.filter(({ kind }) => kind === "improvement");
  const worse = Math.min(regressions.length, Math.max(most - improvements.length, Math.ceil(most / 2)));
  return { regressions: regressions.slice(0, worse), improvements: improvements.slice(0, most - worse) };
}

/** `2 regressions`, `first 5 of 33 regressions`. */
function partOf(shown: number, total: number, noun: string): string {
  return shown < total ? `first ${whole(shown)} of ${howMany(total, noun)}` : howMany(total, noun);
}

function* fold(summary: string, lines: readonly string[]): Iterable<string> {
  yield `\n<details><summary>${summary}</summary>\n\n`;
  yield* lines;
  yield "\n</details>\n";
}

async function textsOf(flips: readonly Flip[], before: ReportRun, now: ReportRun): Promise<Texts> {
  return {
    was: await linesOf(before, flips, ({ kind }) => (kind === "regression" ? "passed" : "failed")),
    is: await linesOf(now, flips, ({ kind }) => (kind === "regression" ? "failed" : "passed")),
  };
}

/** Of each flip one line of its content: of the same id rather than another, and of an attempt that came out so rather than another. */
async function linesOf(
  run: ReportRun,
  flips: readonly Flip[],
  wanted: (flip: Flip) => Outcome,
): Promise<ReadonlyMap<Flip, SampleLine>> {
  const byContent = new Map<string, Flip[]>();
  for (const flip of flips) byContent.set(flip.item, [...(byContent.get(flip.item) ?? []), flip]);
  const found = new Map<Flip, { readonly line: SampleLine; readonly fit: number }>();
  for await (const line of run.samples()) {
    for (const flip of byContent.get(line.hashes.item) ?? []) {
      const fit = (line.id === flip.id ? 2 : 0) + (outcomeOf(line) === wanted(flip) ? 1 : 0);
      const before = found.get(flip);
      if (before === undefined || fit > before.fit) found.set(flip, { line, fit });
    }
  }
  return new Map([...found].map(([flip, { line }]) => [flip, line]));
}

function flipText(flip: Flip, texts: Texts, { baseline, candidate }: Comparison): string {
  const [was, is] = [texts.was.get(flip), texts.is.get(flip)];
  const input = is?.input ?? was?.input;
  const ideal = is?.ideal ?? was?.ideal;
  const said = (line: SampleLine | undefined) => line?.completion?.text ?? (line && labelOf(line));
  const parts = [
    input == null ? undefined : code(lastLines(plainText(input))),
    ideal === undefined ? undefined : `right ${code(ideal.join(" | "))}`,
    said(was) === undefined ? undefined : `${code(baseline.name)} said ${code(said(was) ?? "")}`,
    said(is) === undefined ? undefined : `${code(candidate.name)} said ${code(said(is) ?? "")}`,
  ];
  return `${code(flip.id)} ${parts.filter((part) => part !== undefined).join(", ")}`;
}
