import type { SampleLine } from "../core/run-line.ts";
import { attribute, escaped } from "./junit-text.ts";
import { decidingScore, outcomeOf } from "./outcome.ts";
import type { ReportRun } from "./report.ts";

/** A suite for a run: a case for each (sample, attempt), or, without samples, its metrics alone. Reads the run twice. */
export async function* runSuite(one: ReportRun, samples: boolean): AsyncIterable<string> {
  const { run, end, metrics } = one;
  // The totals stand before the cases.
  const n = { passed: 0, failed: 0, error: 0, unscored: 0, scored: 0 };
  if (samples) for await (const line of one.samples()) n[outcomeOf(line)]++;
  const totals = `tests="${n.passed + n.failed + n.error + n.unscored + n.scored}" failures="${n.failed}" errors="${n.error}" skipped="${n.unscored}"`;
  const time = end === undefined ? "" : ` time="${(end.wall_ms / 1000).toFixed(3)}"`;
  yield `  <testsuite name="${attribute(`${run.eval} ${run.completion_fn}`)}" id="${attribute(run.id)}" timestamp="${attribute(run.started)}" ${totals}${time}>\n`;
  const known = metrics.filter(({ value }) => value !== null);
  if (!samples && known.length > 0) {
    const properties = known.map(({ name, value }) => `<property name="${attribute(name)}" value="${value}"/>`);
    yield `    <properties>${properties.join("")}</properties>\n`;
  }
  if (samples) for await (const line of one.samples()) yield testCase(one, line);
  yield "  </testsuite>\n";
}

function testCase({ run }: ReportRun, line: SampleLine): string {
  const name = line.attempt === 0 ? line.id : `${line.id} attempt ${line.attempt}`;
  const time = ((line.completion?.ms ?? 0) / 1000).toFixed(3);
  const open = `    <testcase classname="${attribute(`${run.eval}.${run.completion_fn}`)}" name="${attribute(name)}" time="${time}"`;
  const inside = caseResult(line);
  return inside === "" ? `${open}/>\n` : `${open}>${inside}</testcase>\n`;
}

function caseResult(line: SampleLine): string {
  const score = decidingScore(line);
  switch (outcomeOf(line)) {
    case "error":
      return `<error type="${attribute(line.error?.code ?? "")}" message="${attribute(line.error?.message ?? "")}"/>`;
    case "unscored":
      return `<skipped message="${attribute(score?.unscored?.message ?? "not scored")}"/>`;
    case "failed": {
      const ideal = line.ideal === undefined ? "" : `ideal: ${line.ideal.join(" | ")}\n`;
      const body = `${ideal}reply: ${line.completion?.text ?? ""}`;
      return `<failure type="${attribute(score?.name ?? "")}" message="${attribute(score?.explanation ?? "not passed")}">${escaped(body)}</failure>`;
    }
    default:
      return "";
  }
}
