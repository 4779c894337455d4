import { embed, readShell } from "../page/index.ts";
import { pageData } from "./page-data.ts";
import type { Report, ReportWriter } from "./report.ts";

/**
 * One file that opens from disk and asks nobody for anything.
 *
 * Holds what it shows in memory: about 8 MB of samples, failures first, and under 1 KB for every other sample.
 */
export const html: ReportWriter = {
  extension: "html",
  async *write(report: Report) {
    yield embed(readShell(), await pageData(report));
  },
};
