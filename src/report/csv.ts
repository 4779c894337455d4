import { csvNumbers } from "./csv-numbers.ts";
import { csvPairs } from "./csv-pairs.ts";
import { csvSamples } from "./csv-samples.ts";
import { leaderboardCsv } from "./leaderboard-csv.ts";
import type { Report, ReportWriter } from "./report.ts";

/** RFC 4180: a row for each sample of a run, or for each pair of a comparison, or for each model and eval of a leaderboard; without samples the numbers. */
export const csv: ReportWriter = {
  extension: "csv",
  async *write(report: Report) {
    if (report.leaderboard !== undefined) yield* leaderboardCsv(report.leaderboard);
    else if (report.samples === false) yield* csvNumbers(report);
    else if ((report.comparisons ?? []).length > 0) yield* csvPairs(report);
    else yield* csvSamples(report);
  },
};
