import { once } from "node:events";
import { extname, relative } from "node:path";
import { type ReportFormat, reportWriters } from "../report/index.ts";
import { findRun } from "../runs/index.ts";
import type { CommonOptions } from "./context.ts";
import { leakCover } from "./leakage-over.ts";
import { pagePath } from "./page-path.ts";
import { note } from "./progress.ts";
import { readSettings } from "./settings.ts";
import { version } from "./version.ts";
import { makeReport, writeReport } from "./write-report.ts";

interface ReportCommandOptions extends CommonOptions {
  readonly format?: ReportFormat;
  readonly output?: string;
  readonly samples: boolean;
  readonly redact?: boolean;
  readonly leaks?: readonly string[];
}

export async function report(references: readonly string[], options: ReportCommandOptions): Promise<void> {
  const { out } = await readSettings(options);
  const found = await Promise.all(references.map((reference) => findRun(reference, out)));
  const files = [...new Set(found.map(({ file }) => file))];
  const format = options.json ? "json" : (options.format ?? formatByEnding(options.output) ?? "html");
  const tool = `finegauge ${version()}`;
  const target = options.output ?? (format === "html" ? reportPath(files, out) : "-");
  const { samples, redact = false } = options;
  const cover = leakCover(options.leaks, (text) => note(text, options));
  if (target !== "-") {
    await writeReport(files, format, target, tool, { samples, redact, cover });
    process.stdout.write(`${options.output ?? (relative(process.cwd(), target) || target)}\n`);
    return;
  }
  const writer = await reportWriters[format]();
  for await (const text of writer.write(await makeReport(files, tool, { samples, redact, cover }))) {
    if (!process.stdout.write(text)) await once(process.stdout, "drain");
  }
}

const endings: { readonly [ending: string]: ReportFormat } = {
  ".html": "html",
  ".md": "md",
  ".csv": "csv",
  ".xml": "junit",
  ".json": "json",
};

function formatByEnding(output: string | undefined): ReportFormat | undefined {
  return output === undefined ? undefined : endings[extname(output).toLowerCase()];
}

/** Beside the run when there is one, which has one page; else a new one beside them all. */
export function reportPath(files: readonly string[], out: string): string {
  const [only] = files;
  if (only !== undefined && files.length === 1) return `${only.replace(/\.jsonl$/, "")}.html`;
  return pagePath(out, "side-by-side");
}
