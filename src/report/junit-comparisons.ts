import type { SampleLine } from "../core/run-line.ts";
import { attribute, escaped } from "./junit-text.ts";
import { decidingScore, outcomeOf } from "./outcome.ts";
import type { ReportComparison, ReportRun } from "./report.ts";
import { pairFinder } from "./row-pairs.ts";
import { sampleKeys } from "./sample-keys.ts";

/** A suite for a comparison: what was found as its first case, then a case for each sample of the candidate; regressions are failures. */
export async function* comparisonSuite(
  runs: readonly ReportRun[],
  one: ReportComparison,
  samples: boolean,
): AsyncIterable<string> {
  const { comparison } = one;
  const name = `${comparison.eval}: ${comparison.candidate.name} against ${comparison.baseline.name}`;
  const className = attribute(`${comparison.eval}.${comparison.candidate.name}`);
  const cases = [
    `    <testcase classname="${className}" name="is not worse">${
      comparison.finding === "worse"
        ? `<failure type="worse" message="${attribute(comparison.sentence)}"/>`
        : `<system-out>${escaped(comparison.sentence)}</system-out>`
    }</testcase>\n`,
  ];
  let [failures, skipped] = [comparison.finding === "worse" ? 1 : 0, 0];
  if (samples) {
    for await (const { id, change, line, before } of sampleChanges(runs, one)) {
      const open = `    <testcase classname="${className}" name="${attribute(id)}"`;
      if (change === "regression") failures++;
      if (change === "unpaired") skipped++;
      cases.push(
        change === "regression"
          ? `${open}><failure type="regression" message="${attribute(decidingScore(line)?.explanation ?? "passed before")}">${escaped(bodyOf(line, before))}</failure></testcase>\n`
          : change === "unpaired"
            ? `${open}><skipped message="there is no pair to compare"/></testcase>\n`
            : `${open}/>\n`,
      );
    }
  }
  yield `  <testsuite name="${attribute(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}">\n`;
  yield* cases;
  yield "  </testsuite>\n";
}

interface SampleChange {
  readonly id: string;
  readonly change: "regression" | "unpaired" | "other";
  readonly line: SampleLine;
  /** What the baseline said. */
  readonly before: string | undefined;
}

async function* sampleChanges(runs: readonly ReportRun[], one: ReportComparison): AsyncIterable<SampleChange> {
  const [baseline, candidate] = [runs[one.baseline], runs[one.candidate]];
  if (baseline === undefined || candidate === undefined) return;
  const finder = pairFinder([{ one, of: 0 }]);
  const readings = sampleKeys();
  /** By sample: the first attempt of the candidate that failed. */
  const failed = new Map<string, number>();
  for (const [run, place] of [
    [baseline, one.baseline],
    [candidate, one.candidate],
  ] as const) {
    const keys = readings();
    for await (const line of run.samples()) {
      const { sample } = keys(line);
      finder.observe(place, sample, line);
      const is = run === candidate && outcomeOf(line) === "failed";
      if (is && line.attempt < (failed.get(sample) ?? Number.POSITIVE_INFINITY)) failed.set(sample, line.attempt);
    }
  }
  const changeOf = (sample: string) => finder.read(sample)?.pairs[0]?.change;
  // Only what a regression's case tells is kept of the baseline: what it said where it was right.
  const said = new Map<string, string | undefined>();
  const oldKeys = readings();
  for await (const line of baseline.samples()) {
    const { sample } = oldKeys(line);
    if (said.has(sample) || outcomeOf(line) !== "passed" || changeOf(sample) !== "only_baseline") continue;
    said.set(sample, line.completion?.text);
  }
  const keys = readings();
  for await (const line of candidate.samples()) {
    const { sample } = keys(line);
    const found = changeOf(sample);
    if (line.attempt !== (found === "only_baseline" ? (failed.get(sample) ?? 0) : 0)) continue;
    const change = found === undefined ? "unpaired" : found === "only_baseline" ? "regression" : "other";
    yield { id: line.id, change, line, before: said.get(sample) };
  }
}

function bodyOf(line: SampleLine, before: string | undefined): string {
  const ideal = line.ideal === undefined ? "" : `ideal: ${line.ideal.join(" | ")}\n`;
  const old = before === undefined ? "" : `baseline: ${before}\n`;
  return `${ideal}${old}candidate: ${line.completion?.text ?? ""}`;
}
