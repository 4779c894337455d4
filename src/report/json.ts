import { statusOf } from "./outcome.ts";
import type { Report, ReportWriter } from "./report.ts";

/** One document: what was found, the numbers of each run as the page shows them, and its samples as its run file has them. */
export const json: ReportWriter = {
  extension: "json",
  async *write({ made, tool, command, runs, comparisons, gate, leaderboard, samples = true, redacted }: Report) {
    // Flips name samples.
    const found = comparisons?.map(({ comparison }) => (samples ? comparison : { ...comparison, flips: [] }));
    const head = { format: 1, made, tool, command, redacted, gate, leaderboard, comparisons: found };
    yield `${JSON.stringify(head).slice(0, -1)},"runs":[`;
    for (const [position, one] of runs.entries()) {
      const { run, end, counts, metrics, slices, latency, leakage, judge_calibration } = one;
      const facts = {
        run,
        status: statusOf(one),
        end: end ?? null,
        counts,
        metrics,
        slices,
        latency,
        leakage,
        judge_calibration,
      };
      yield `${position === 0 ? "" : ","}\n${JSON.stringify(facts)}`.slice(0, samples ? -1 : undefined);
      if (!samples) continue;
      yield ',"samples":[';
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
