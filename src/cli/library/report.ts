import { z } from "zod";
import { type ReportFormat, reportWriters } from "../../report/index.ts";
import { findRun } from "../../runs/index.ts";
import { readSettings } from "../settings.ts";
import { version } from "../version.ts";
import { makeReport } from "../write-report.ts";
import { asCommonOptions, checkedOptions, listOf, places } from "./checked-options.ts";

const optionsSchema = z.strictObject({
  ...places,
  format: z.enum(Object.keys(reportWriters) as [ReportFormat, ...ReportFormat[]]).default("html"),
  /** false: only numbers, no input, no reply and no id of a sample. */
  samples: z.boolean().default(true),
  /** Placeholders for e-mail addresses, phone numbers, keys and embedded files. */
  redact: z.boolean().default(false),
});
export type ReportOptions = z.input<typeof optionsSchema>;

export async function* report(runs: string | readonly string[], options: ReportOptions = {}): AsyncGenerator<string, void, void> {
  const { format, samples, redact, ...where } = checkedOptions("report", optionsSchema, options);
  const { out } = await readSettings(asCommonOptions(where));
  const found = await Promise.all(listOf<string>(runs).map((reference) => findRun(reference, out)));
  const files = [...new Set(found.map(({ file }) => file))];
  const writer = await reportWriters[format]();
  yield* writer.write(await makeReport(files, `finegauge ${version()}`, { samples, redact }));
}
