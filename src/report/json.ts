import { statusOf } from "./outcome.ts";
import type { Report, ReportWriter } from "./report.ts";

/** One document: the numbers of each run as the page shows them, and its samples as its run file has them. */
export const json: ReportWriter = {
  extension: "json",
  async *write({ made, tool, runs }: Report) {
    yield `{"format":1,"made":${JSON.stringify(made)},"tool":${JSON.stringify(tool)},"runs":[`;
    for (const [position, one] of runs.entries()) {
      const { run, end, counts, metrics, slices, latency } = one;
      const head = { run, status: statusOf(one), end: end ?? null, counts, metrics, slices, latency };
      yield `${position === 0 ? "" : ","}\n${JSON.stringify(head).slice(0, -1)},"samples":[`;
      let separator = "\n";
      for await (const line of one.samples()) {
        yield separator + JSON.stringify(line);
        separator = ",\n";
      }
      yield "\n]}";
    }
    yield "\n]}\n";
  },
};
