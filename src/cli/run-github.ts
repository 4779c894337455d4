import type { FinegaugeError } from "../core/errors.ts";
import { reportWriters } from "../report/index.ts";
import type { Annotation, GitHubNews } from "./github.ts";
import type { FinishedRun } from "./run-pair.ts";
import { makeReport } from "./write-report.ts";

/** What GitHub Actions is to show of runs: an annotation for each that is no result, and the figures of all, without a sample's text. */
export function runNews(finished: readonly FinishedRun[], refused: readonly FinegaugeError[], tool: string): GitHubNews {
  const files = finished.flatMap(({ file }) => (file === undefined ? [] : [file]));
  return {
    annotations: [...finished.flatMap(incomplete), ...refused.map(refusal)],
    markdown: async () => {
      if (files.length === 0) return [];
      const writer = await reportWriters.md();
      return writer.write(await makeReport(files, tool, { samples: false }));
    },
    what: "the runs are",
  };
}

function incomplete({ eval: name, model, end, failure }: FinishedRun): Annotation[] {
  if (end.status === "complete") return [];
  const why = failure === undefined ? (end.reason ?? end.status) : `${failure.message} (${failure.code})`;
  const { done, selected, errors } = end.counts;
  return [
    {
      level: "error",
      title: `run ${end.status}: ${name} on ${model}`,
      message: `${done} of ${selected} answered, ${errors} errors: ${why}`,
    },
  ];
}

function refusal({ code, message }: FinegaugeError): Annotation {
  return { level: "error", title: code, message };
}
