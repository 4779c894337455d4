import type { SampleLine } from "../core/run-line.ts";
import { visible } from "../page/index.ts";
import { decidingScore, outcomeOf } from "./outcome.ts";
import type { Report, ReportRun, ReportWriter } from "./report.ts";

/** JUnit XML as CI systems read it: a suite for each run, a case for each (sample, attempt). Reads each run twice. */
export const junit: ReportWriter = {
  extension: "xml",
  async *write({ runs }: Report) {
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="finegauge">\n';
    for (const one of runs) {
      yield await openSuite(one);
      for await (const line of one.samples()) yield testCase(one, line);
      yield "  </testsuite>\n";
    }
    yield "</testsuites>\n";
  },
};

async function openSuite(one: ReportRun): Promise<string> {
  // The totals stand before the cases.
  const n = { passed: 0, failed: 0, error: 0, unscored: 0, scored: 0 };
  for await (const line of one.samples()) n[outcomeOf(line)]++;
  const { run, end } = one;
  const totals = `tests="${n.passed + n.failed + n.error + n.unscored + n.scored}" failures="${n.failed}" errors="${n.error}" skipped="${n.unscored}"`;
  const time = end === undefined ? "" : ` time="${(end.wall_ms / 1000).toFixed(3)}"`;
  return `  <testsuite name="${attribute(`${run.eval} ${run.completion_fn}`)}" id="${attribute(run.id)}" timestamp="${attribute(run.started)}" ${totals}${time}>\n`;
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

// XML 1.0 has no place for most control characters, not even as references; `visible` names them instead.
function escaped(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

// A parser turns line feeds and tabs in attributes into spaces unless they are written as references.
function attribute(text: string): string {
  return escaped(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
