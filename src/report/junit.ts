import { gateSuite } from "./gate-junit.ts";
import { comparisonSuite } from "./junit-comparisons.ts";
import { runSuite } from "./junit-runs.ts";
import type { Report, ReportWriter } from "./report.ts";

/** JUnit XML as CI systems read it: the gate as one suite, else a suite for each comparison, else for each run. */
export const junit: ReportWriter = {
  extension: "xml",
  async *write({ runs, comparisons = [], gate, samples = true }: Report) {
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="finegauge">\n';
    if (gate !== undefined) yield* gateSuite(gate);
    // A gate says itself what is a failure: a regression that its rules allow is none.
    else for (const one of comparisons) yield* comparisonSuite(runs, one, samples);
    if (comparisons.length === 0 && gate === undefined) for (const one of runs) yield* runSuite(one, samples);
    yield "</testsuites>\n";
  },
};
