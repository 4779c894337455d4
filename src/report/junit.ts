import { comparisonSuite } from "./junit-comparisons.ts";
import { runSuite } from "./junit-runs.ts";
import type { Report, ReportWriter } from "./report.ts";

/** JUnit XML as CI systems read it: a suite for each comparison, else for each run. */
export const junit: ReportWriter = {
  extension: "xml",
  async *write({ runs, comparisons = [], samples = true }: Report) {
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="finegauge">\n';
    for (const one of comparisons) yield* comparisonSuite(runs, one, samples);
    if (comparisons.length === 0) for (const one of runs) yield* runSuite(one, samples);
    yield "</testsuites>\n";
  },
};
