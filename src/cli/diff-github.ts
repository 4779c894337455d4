import { reportWriters } from "../report/index.ts";
import type { MatchedComparison } from "./compare-matched.ts";
import type { GitHubNews } from "./github.ts";
import { reportOf } from "./report-of.ts";

/** What GitHub Actions is to show of comparisons: an annotation for each that is worse, and the figures of all, without a sample's text. */
export function diffNews(
  compared: readonly MatchedComparison[],
  making: { readonly tool: string; readonly command: string },
): GitHubNews {
  return {
    annotations: compared.flatMap(({ comparison: { finding, eval: name, sentence } }) =>
      finding === "worse" ? [{ level: "warning", title: `worse on ${name}`, message: sentence } as const] : [],
    ),
    markdown: async () => (await reportWriters.md()).write(reportOf(compared, { ...making, samples: false })),
    what: "the comparison is",
  };
}
