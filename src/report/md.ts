import { moment } from "../core/figures.ts";
import { gateMarkdown } from "./gate-md.ts";
import { leaderboardMarkdown } from "./leaderboard-md.ts";
import { comparisonsMarkdown, differencesMarkdown } from "./md-comparisons.ts";
import { runOrigin, runsMarkdown } from "./md-runs.ts";
import { code } from "./md-text.ts";
import type { Report, ReportWriter } from "./report.ts";

/** Begins every report, unseen: by it a comment on a pull request is found and replaced. */
const commentMarker = "<!-- finegauge -->";

/** Short enough for a comment on a pull request: what was found, the figures, the first regressions or failures, where it comes from. */
export const md: ReportWriter = {
  extension: "md",
  async *write(report: Report) {
    const { made, tool, runs, comparisons = [], gate, leaderboard, command } = report;
    yield `${commentMarker}\n\n`;
    if (gate !== undefined) yield* gateMarkdown(gate);
    if (leaderboard !== undefined) yield* leaderboardMarkdown(leaderboard);
    else yield* comparisons.length > 0 ? comparisonsMarkdown(report) : runsMarkdown(report);
    yield `\n<details><summary>Where this comes from</summary>\n\n`;
    yield differencesMarkdown(comparisons);
    for (const one of runs) yield runOrigin(one);
    if (command !== undefined) yield `\nThe same again: ${code(command)}\n`;
    yield `\n${code(tool)}, ${moment(made)}\n\n</details>\n`;
  },
};
